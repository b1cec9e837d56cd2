"""アクション一覧: who did what in a span of days; what the numbers of ホーム open."""

from flask import Blueprint, render_template, request
from flask_babel import gettext

from contracts.roles import EVERYONE
from gateway.authentication import allow
from gateway.calling import call

from . import choosing
from .forms import Form
from .frame import address, today

pages = Blueprint("action_list", __name__, url_prefix="/actions")


@pages.get("")
@allow(EVERYONE)
def index() -> str:
    names = ("by", "since", "until", "kind", "outcome")
    search = {name: request.args.get(name, "") for name in names}
    shown = search | {"since": search["since"] or today().isoformat(), "until": search["until"] or today().isoformat()}
    query = {name: value or None for name, value in shown.items()}
    page = call("lead").get("/actions", query | {"page_size": 50, "cursor": request.args.get("cursor")})
    more = address("/actions", search | {"cursor": page["next_cursor"]}) if page["next_cursor"] else None
    kinds = [
        ("phone", gettext("電話")),
        ("mail", gettext("メール")),
        ("meeting", gettext("面談")),
        ("letter", gettext("手紙")),
    ]
    outcomes = [("reached", gettext("本人に接続")), ("appointment", gettext("アポ獲得"))]
    return render_template(
        "actions/index.html",
        page=page,
        more=more,
        form=Form(shown),
        people=[("me", gettext("自分")), *choosing.people()],
        kinds=kinds,
        outcomes=outcomes,
    )
