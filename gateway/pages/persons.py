"""パーソン: list, search, detail, registration and change, with the consent of each channel."""

import json
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.contacts import PREFECTURES
from chassis.problems import Problem
from contracts.roles import EMPLOYEES, LIST_KEEPERS
from gateway import directory
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing, editing, masters
from .display import number, phone
from .forms import Form, anyway, plain, text, whole
from .frame import address, dialog, go, say, swaps
from .lead_account import readable
from .lead_fields import HALF_WIDTH, PHONES
from .lead_search import Place
from .person_search import PAGE_SIZE, PersonSearch

pages = Blueprint("persons", __name__, url_prefix="/persons")
FIELDS = (
    "family_name", "given_name", "family_name_kana", "given_name_kana", "company", "department", "title", "rank",
    "email", "second_email", "phone", "direct_phone", "mobile", "fax", "postal_code", "prefecture", "address", "status",
)  # fmt: skip
CHANNELS = ("mail", "phone", "letter")
EVIDENCE = ("on", "how")


def field_names() -> dict[str, str]:
    """What the fields of a person are called."""
    names = {
        "family_name": gettext("姓"),
        "given_name": gettext("名"),
        "family_name_kana": gettext("セイ"),
        "given_name_kana": gettext("メイ"),
        "company": gettext("会社名"),
        "department": gettext("部署"),
        "title": gettext("役職"),
        "rank": gettext("職位"),
        "email": gettext("メールアドレス"),
        "second_email": gettext("メールアドレス2"),
        "phone": gettext("電話番号"),
        "direct_phone": gettext("直通電話"),
        "mobile": gettext("携帯電話"),
        "fax": gettext("FAX"),
        "postal_code": gettext("郵便番号"),
        "prefecture": gettext("都道府県"),
        "address": gettext("住所"),
        "status": gettext("在籍状況"),
    }
    parts = {"on": gettext("確認日"), "how": gettext("確認方法")}
    for channel, called in channel_names().items():
        names[f"consent.{channel}"] = gettext("%(channel)sの同意", channel=called)
        names |= {f"consent_evidence.{channel}.{part}": f"{called}: {parts[part]}" for part in EVIDENCE}
    return names


def channel_names() -> dict[str, str]:
    return {"mail": gettext("メール"), "phone": gettext("電話"), "letter": gettext("郵送")}


def consent_names() -> dict[str, tuple[str, str]]:
    """What the states of consent are called, and their tone."""
    return {
        "": (gettext("未確認"), "tone-neutral"),
        "granted": (gettext("同意"), "tone-green"),
        "refused": (gettext("拒否"), "tone-red"),
    }


def typed_values(person: dict[str, Any]) -> dict[str, str]:
    """The values of a person under the names of the form's fields."""
    values: dict[str, str] = {name: person.get(name) or "" for name in FIELDS}
    values |= {name: phone(person.get(name)) for name in PHONES}
    for channel in CHANNELS:
        values[f"consent.{channel}"] = (person.get("consent") or {}).get(channel) or ""
        evidence = (person.get("consent_evidence") or {}).get(channel) or {}
        values |= {f"consent_evidence.{channel}.{part}": evidence.get(part) or "" for part in EVIDENCE}
    return values


def changes(mine: dict[str, str]) -> dict[str, Any]:
    """What the posted form changes, in the shape of a PATCH. A channel's consent is sent with its evidence."""
    patch: dict[str, Any] = {
        name: plain(value) if name in HALF_WIDTH else value for name, value in mine.items() if name in FIELDS
    }
    for channel in {name.split(".")[1] for name in mine if name.startswith("consent")}:
        said = text(f"consent.{channel}")
        patch.setdefault("consent", {})[channel] = said
        evidence = {part: text(f"consent_evidence.{channel}.{part}") for part in EVIDENCE}
        if said:
            patch.setdefault("consent_evidence", {})[channel] = {
                part: value for part, value in evidence.items() if value
            }
    return patch


def read_as(name: str, value: str) -> str:
    """A value of a field as people read it."""
    if name == "status":
        return masters.label_of("person-statuses", value)
    return consent_names().get(value, (value, ""))[0] if name.startswith("consent.") else value


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search, place = PersonSearch.read(request.args), Place.read()
    shape = {"sort": search.sort, "page_size": PAGE_SIZE, "cursor": place.cursor or None, "total": "quick"}
    page = call("lead").get("/persons", search.filters | shape)
    before, after = place.before(PAGE_SIZE), place.after(page["next_cursor"], len(page["items"]))
    user = current_user()
    context = {
        "search": search,
        "sort": search.sort,
        "sortable": True,
        "page": page,
        "exact_total": None if page["total_is_exact"] else address("/persons/total", search.filters),
        "first_number": place.start + 1,
        "previous": search.address(**before) if before is not None else None,
        "next": search.address(**after) if after else None,
        "keeper": bool(user and user.has(*LIST_KEEPERS)),
        "prefectures": PREFECTURES,
    }
    return make_response(
        render_template("persons/_results.html" if swaps("results") else "persons/index.html", **context)
    )


@pages.get("/total")
@allow(EMPLOYEES)
def total() -> str:
    """How many persons a search finds, for a page that could only say "more than"."""
    page = call("lead").get("/persons", PersonSearch.read(request.args).filters | {"page_size": 1})
    return gettext("%(total)s件", total=number(page["total"]))


@pages.get("/<int:person_id>")
@allow(EMPLOYEES)
def show(person_id: int) -> Response:
    cursor = request.args.get("cursor")
    history = call("lead").get(f"/persons/{person_id}/changes", {"page_size": 20, "cursor": cursor})
    acts = [list(entries) for _, entries in groupby(readable(history["items"]), key=lambda entry: entry["cause_id"])]
    more = address(f"/persons/{person_id}", {"cursor": history["next_cursor"]}) if history["next_cursor"] else None
    context: dict[str, Any] = {"acts": acts, "more": more}
    if swaps("history"):
        return make_response(render_template("persons/_history.html", **context))
    context |= {"channels": channel_names(), "states": consent_names(), "names": field_names()}
    person = call("lead").get(f"/persons/{person_id}")
    account = choosing.account_name(person["account_id"]) if person["account_id"] else ""
    context |= {"user_name": directory.name_of, "account": account}
    return make_response(render_template("persons/show.html", person=person, **context))


@pages.get("/new")
@allow(EMPLOYEES)
def new() -> Response:
    return _form({"family_name": request.args.get("name", ""), "status": "present"})


@pages.post("/new")
@allow(EMPLOYEES)
def create() -> Response:
    draft: dict[str, Any] = {name: plain(text(name)) if name in HALF_WIDTH else text(name) for name in FIELDS}
    draft |= {"source": text("source") or None, "register_anyway": "register_anyway" in request.form}
    try:
        person = call("lead").post("/persons", draft)
    except Problem as problem:
        return _form({}, problem)
    say(gettext("パーソンを登録しました。"))
    return go(f"/persons/{person['id']}")


@pages.get("/<int:person_id>/edit")
@allow(EMPLOYEES)
def edit(person_id: int) -> Response:
    return _form(call("lead").get(f"/persons/{person_id}"))


@pages.post("/<int:person_id>/edit")
@allow(EMPLOYEES)
def save(person_id: int) -> Response:
    mine = editing.touched()
    if not mine:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(f"/persons/{person_id}")
    try:
        patch = changes(mine) | {"version": whole("version")} | anyway()
        call("lead").patch(f"/persons/{person_id}", patch)
    except Problem as problem:
        return _form(call("lead").get(f"/persons/{person_id}"), problem)
    say(gettext("パーソンを更新しました。"))
    return go(f"/persons/{person_id}")


def _form(person: dict[str, Any], problem: Problem | None = None) -> Response:
    person_id, version = person.get("id"), person.get("version")
    values, conflicts = typed_values(person), []
    form, seen = Form(values, problem), values
    if problem and person_id and problem.status == 409:
        # Somebody else saved first: their values, but for what this person typed.
        mine = editing.touched()
        conflicts = editing.Collision.of(values, field_names(), read_as).both
        form.typed, form.initial = None, values | mine
    elif problem:
        seen, version = editing.seen(), request.form.get("version", "")
    return dialog(
        "persons/_form.html",
        status=problem.status if problem else 200,
        title=gettext("パーソン更新") if person_id else gettext("パーソン登録"),
        parent=(f"/persons/{person_id}", person["name"]) if person_id else ("/persons", gettext("パーソン")),
        form=form,
        seen=json.dumps(seen),
        version=version,
        person_id=person_id,
        known_lead=problem.as_json().get("lead_id") if problem else None,
        names=field_names(),
        conflicts=conflicts,
        channels=channel_names(),
        states=[(code, called) for code, (called, _) in consent_names().items()],
    )
