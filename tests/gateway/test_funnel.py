"""The funnel of a campaign: each step with its share of the step before, where it is a share."""

from flask import Flask
from flask_babel import Babel

from gateway.pages.campaigns import funnel_steps

STEPS = ("invited", "responded", "contacted", "appointments", "handed_over", "converted", "won")


def rates(*values: int) -> list[str]:
    app = Flask(__name__)
    Babel(app, default_locale="ja")
    with app.test_request_context():
        steps = funnel_steps(dict(zip(STEPS, values, strict=True)), dict.fromkeys(STEPS, ""))
    return [step["rate"] for step in steps]


def test_more_than_the_step_before_is_no_share_of_it() -> None:
    assert rates(0, 240, 60, 5, 9, 9, 0) == ["", "", "反応比 25%", "接触比 8.3%", "", "引継ぎ比 100%", "案件化比 0%"]
