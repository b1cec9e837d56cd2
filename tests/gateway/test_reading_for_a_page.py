"""A page reads the gateway's own database once: who asks, the saved searches of the menu, the columns of the list."""

from typing import Any

from sqlalchemy import event

from chassis.database import engine
from tests.cast import MAKI
from tests.gateway.conftest import browser
from tests.parts import Part


def test_who_asks_and_the_menu_are_read_in_one_statement_outside_of_any_transaction(gateway: Part) -> None:
    page, said, begun = browser(gateway, MAKI), [], []
    page.get("/settings")

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    def note_begin(_connection: Any) -> None:
        begun.append(1)

    event.listen(engine(), "before_cursor_execute", note)
    event.listen(engine(), "commit", note_begin)
    try:
        assert page.get("/saved-searches").status_code == 200
    finally:
        event.remove(engine(), "before_cursor_execute", note)
        event.remove(engine(), "commit", note_begin)
    assert len(said) == 1
    assert not begun
