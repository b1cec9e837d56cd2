"""No page is forgotten: what tests/browser/test_every_page.py looks at is all that the gateway shows."""

import re

from chassis.service import load
from chassis.web import create_app
from tests.browser.pages import FRAGMENTS, NO_PAGES, PAGES, SIGNED_OUT

UUID = "00000000-0000-0000-0000-000000000000"


def test_every_page_is_looked_at() -> None:
    app = create_app(load("gateway"))
    shown = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.endswith("static")
        and "/api/v1" not in rule.endpoint
        and not rule.endpoint.startswith("api GET ")
    }
    door = app.url_map.bind("house")
    looked_at = {
        door.match(re.sub(r"{\w+}", "1", path.replace("{act}", UUID)).partition("?")[0])[0]
        for path in (PAGES | SIGNED_OUT).values()
    }
    assert looked_at == shown - FRAGMENTS - NO_PAGES
    assert shown >= FRAGMENTS | NO_PAGES, "no longer there"
