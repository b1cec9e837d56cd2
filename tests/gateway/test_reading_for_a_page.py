"""A page reads the gateway's own database once: who asks, the saved searches of the menu, the columns of the list. What
htmx fetches from its address is another answer."""

import re
from typing import Any

from sqlalchemy import event

from chassis.database import engine
from tests.browser.pages import PAGES
from tests.cast import MAKI
from tests.gateway.conftest import browser
from tests.gateway.upstream import Upstream
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


def test_back_never_shows_a_fragment_as_the_page(gateway: Part, upstream: Upstream) -> None:
    """A browser keeps one answer for each address, and goes back to it without asking, unless it is told what asked."""
    maki = browser(gateway, MAKI)
    gateway.app.config["PROPAGATE_EXCEPTIONS"] = False  # the services answer nothing that these pages understand
    for path in {path for path in PAGES.values() if not path.startswith("/api/")}:
        page = maki.get(re.sub(r"{\w+}", "1", path))
        assert {"HX-Request", "HX-Target"} <= set(page.vary), path
    kept = maki.get("/settings", headers={"HX-Request": "true", "HX-Target": "dialog-body"})
    assert {"HX-Request", "HX-Target"} <= set(kept.vary)
