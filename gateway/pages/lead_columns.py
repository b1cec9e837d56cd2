"""表示項目: the columns of リード一覧, which of them a user wants, and in which order."""

from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, g, request
from flask_babel import gettext, ngettext

from chassis.database import transaction
from contracts.roles import EVERYONE
from gateway import saved_searches
from gateway.authentication import allow, language

from .forms import Form, text
from .frame import dialog, go
from .lead_search import PAGE_SIZES, LeadSearch

pages = Blueprint("lead_columns", __name__, url_prefix="/leads/columns")
SCREEN = "leads"
USUAL = (
    "company", "name", "phone", "stage", "owner", "next_action_at", "last_contact_at", "campaign", "source",
    "updated_at",
)  # fmt: skip
SORTED = (
    "company", "name", "stage", "owner", "next_action_at", "last_contact_at", "updated_at", "created_at", "number",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`sort`: the order that a click on its heading asks for; "" where there is none."""

    code: str
    label: str
    sort: str


def all_columns() -> dict[str, Column]:
    """Every column there is, by its code."""
    return _columns(language())


@lru_cache(2)
def _columns(_locale: str) -> dict[str, Column]:
    """The language comes from the request, like everywhere; `_locale` is it."""
    labels = {
        "company": gettext("会社名"),
        "name": gettext("氏名"),
        "department": gettext("部署"),
        "title": gettext("役職"),
        "phone": gettext("電話番号"),
        "email": gettext("メール"),
        "stage": gettext("ステージ"),
        "owner": gettext("リード担当者"),
        "unit": gettext("組織"),
        "next_action_at": gettext("次回アクション"),
        "last_contact_at": gettext("最終接触"),
        "campaign": gettext("キャンペーン"),
        "source": gettext("ソース"),
        "temperature": gettext("温度感"),
        "updated_at": gettext("更新日時"),
        "created_at": gettext("登録日時"),
        "number": gettext("リード番号"),
    }
    return {code: Column(code, label, code if code in SORTED else "") for code, label in labels.items()}


@dataclass(frozen=True)
class Shape:
    """How the user wants the list: columns in their order, rows a page."""

    columns: tuple[str, ...]
    page_size: int

    def shown(self, search: LeadSearch) -> list[Column]:
        """The columns of this search: its own, where it has some."""
        known = all_columns()
        return [known[code] for code in search.columns or self.columns if code in known] or [known["company"]]


def remembered() -> Shape:
    """The signed-in user's; a page size in the address is remembered from now on."""
    asked = request.args.get("page_size", type=int)
    kept = g.arranged["shapes"].get(SCREEN, {})
    columns, size = kept.get("columns"), kept.get("page_size")
    if asked in PAGE_SIZES and asked != size:
        with transaction() as session:
            saved_searches.keep_list_shape(session, g.actor.id, SCREEN, page_size=asked)
        size = asked
    return Shape(tuple(columns or USUAL), size or PAGE_SIZES[0])


@pages.get("")
@allow(EVERYONE)
def edit() -> Response:
    search = LeadSearch.of_text(request.args.get("search", ""))
    chosen = [column.code for column in remembered().shown(search)]
    return _show(search, chosen, [*chosen, *(code for code in all_columns() if code not in chosen)])


@pages.post("/arrangement")
@allow(EVERYONE)
def arrange() -> Response:
    """One column a place up or down. It saves nothing yet."""
    code, _, way = text("move").partition(":")
    order = _order()
    if code in order:
        here = order.index(code)
        there = min(max(here + (-1 if way == "up" else 1), 0), len(order) - 1)
        order.insert(there, order.pop(here))
    return _show(_search(), request.form.getlist("column"), order)


@pages.post("")
@allow(EVERYONE)
def save() -> Response:
    """Remembers the columns. A saved search that has columns of its own shows the new ones until it is saved again."""
    search = _search()
    chosen = tuple(code for code in _order() if code in request.form.getlist("column"))
    if "usual" in request.form:
        chosen = USUAL
    if not chosen:
        return _show(search, [], _order(), status=422)
    with transaction() as session:
        saved_searches.keep_list_shape(session, g.actor.id, SCREEN, columns=list(chosen))
    return go(search.address(columns=",".join(chosen) if search.columns else ""))


def _search() -> LeadSearch:
    return LeadSearch.of_text(request.form.get("search", ""))


def _order() -> list[str]:
    known = all_columns()
    given = list(dict.fromkeys(code for code in request.form.getlist("order") if code in known))
    return [*given, *(code for code in known if code not in given)]


def _show(search: LeadSearch, chosen: list[str], order: list[str], status: int = 200) -> Response:
    known = all_columns()
    return dialog(
        "leads/_columns.html",
        status=status,
        title=gettext("表示項目"),
        parent=(search.address(), ngettext("リード", "リード", 2)),
        form=Form(),
        search=search,
        columns=[known[code] for code in order],
        chosen=chosen,
    )
