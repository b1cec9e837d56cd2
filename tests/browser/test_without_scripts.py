"""Every form works without scripts: somebody without JavaScript has sent each of them in the tests before this one."""

from pathlib import Path

import pytest

from chassis.service import load
from chassis.web import create_app
from tests.browser.desk import Desk


def test_every_form_was_sent_by_a_browser_without_scripts(request: pytest.FixtureRequest) -> None:
    run = {item.path for item in request.session.items}
    if request.config.option.keyword or set(Path(__file__).parent.glob("test_*.py")) - run:
        pytest.skip("needs all of tests/browser")
    app = create_app(load("gateway"))
    door = app.url_map.bind("house")
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "/api/v1" not in rule.rule
    }
    sent = {door.match(path, method="POST")[0] for path in Desk.sent_without_scripts}
    assert forms - sent == set()
