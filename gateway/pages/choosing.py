"""What the select boxes offer that is not a master: campaigns and people."""

from time import monotonic
from typing import Any

from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES
from gateway import directory
from gateway.authentication import current_user
from gateway.calling import call

from .frame import today

KEPT_SECONDS = 10.0
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
_kept: dict[int, tuple[float, list[tuple[str, str]]]] = {}


def campaigns(*, open_for_lists: bool | None = None) -> list[dict[str, Any]]:
    """The newest campaigns, as the campaign service lists them."""
    return call("campaign").get("/campaigns", {"page_size": 500, "open_for_lists": open_for_lists})["items"]


def campaign_options() -> list[tuple[str, str]]:
    """Pairs of id and name for a filter; kept for ten seconds. Empty when campaigns cannot be read."""
    user = current_user()
    until, options = _kept.get(user.id if user else 0, (0.0, []))
    if monotonic() < until:
        return options
    try:
        options = [(campaign["id"], campaign["name"]) for campaign in campaigns()]
    except Problem:
        return []
    _kept[user.id if user else 0] = (monotonic() + KEPT_SECONDS, options)
    return options


def forget_campaigns() -> None:
    """After a campaign was saved here, it is found at once."""
    _kept.clear()


def people(*roles: str) -> list[tuple[str, str]]:
    """Active users as pairs of id and name with department and absence; those with one of `roles`, or everybody. An
    outsourced caller is offered the own group alone."""
    reader = current_user()
    found = [user for user in directory.users() if not roles or set(roles) & set(user.roles)]
    if reader and not reader.has(*EMPLOYEES):
        found = [user for user in found if user.department_id and user.department_id == reader.department_id]
    return [
        (str(user.id), (f"{user.name}（{user.department}）" if user.department else user.name) + absence(user))
        for user in found
    ]


def absence(user: directory.Person) -> str:
    """` 不在（代理: 佐々木 沙羅）` beside the name of somebody who is away today."""
    if not user.is_absent(today()):
        return ""
    deputy = directory.name_of(user.deputy_id)
    return " " + (gettext("不在（代理: %(name)s）", name=deputy) if deputy else gettext("不在"))


def departments() -> list[tuple[str, str]]:
    return [(str(unit.id), unit.name) for unit in directory.departments()]
