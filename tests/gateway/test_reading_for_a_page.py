"""A page reads the gateway's own database in one transaction."""

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from chassis.database import transaction
from gateway.reading import reading
from tests.cast import MAKI
from tests.gateway.conftest import browser
from tests.parts import Part


def test_who_asks_and_the_menu_are_read_in_one_transaction(gateway: Part) -> None:
    page, begun = browser(gateway, MAKI), []
    page.get("/settings")

    def note(*_: object) -> None:
        begun.append(1)

    event.listen(Session, "after_begin", note)
    try:
        assert page.get("/saved-searches").status_code == 200
    finally:
        event.remove(Session, "after_begin", note)
    assert len(begun) == 1


def test_a_page_that_has_what_it_read_does_not_fail_when_the_database_goes_away(gateway: Part) -> None:
    with gateway.app.test_request_context("/leads"), reading() as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
        with transaction() as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})


def test_after_a_read_that_failed_the_next_one_begins_anew(gateway: Part) -> None:
    with gateway.app.test_request_context("/leads"):
        try:
            with reading() as session:
                session.execute(text("SELECT 1 / 0"))
        except Exception as error:
            assert "division by zero" in str(error)
        with reading() as session:
            assert session.scalar(text("SELECT 1")) == 1
