"""取引先 of a lead and its person: found while one types, chosen or taken away; in the history told by its name."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES
from gateway.authentication import allow
from gateway.calling import call

from .choosing import account_name, accounts_found
from .forms import Form, text
from .frame import dialog, go, say
from .lead_walk import Walk

pages = Blueprint("lead_account", __name__, url_prefix="/leads/<int:lead_id>/account")
NO_ACCOUNT = "none"


@pages.get("")
@allow(EMPLOYEES)
def edit(lead_id: int) -> Response:
    return _form(lead_id)


@pages.get("/candidates")
@allow(EMPLOYEES)
def candidates(lead_id: int) -> Response:
    """The accounts that a typed word finds, to choose from."""
    found = _found(request.args.get("account_q", ""))
    return make_response(render_template("lead/_account_choices.html", accounts=found, form=Form({"account_id": "-"})))


@pages.post("")
@allow(EMPLOYEES)
def save(lead_id: int) -> Response:
    """Links the account that was chosen. Only somebody who chose another one meanwhile stands in its way."""
    chosen = text("account_id")
    if "find" in request.form or not chosen:  # the search button of a browser without JavaScript
        return _form(lead_id)
    wanted = None if chosen == NO_ACCOUNT else chosen
    lead = call("lead").get(f"/leads/{lead_id}")
    version = lead["version"] if (lead["account_id"] or "") == text("seen_account") else text("version") or 0
    try:
        if wanted:
            call("opportunity").get(f"/accounts/{wanted}")
        call("lead").patch(f"/leads/{lead_id}", {"version": int(version), "account_id": wanted})
    except Problem as problem:
        return _form(lead_id, problem)
    say(gettext("取引先を変更しました。"))
    return go(f"/persons/{lead['person']['id']}" if text("back") == "person" else Walk.read(lead_id).here())


def _found(word: str) -> list[dict[str, Any]]:
    return accounts_found(word) if word.strip() else []


def _form(lead_id: int, problem: Problem | None = None) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    company = lead["person"]["company"] or lead["company"]
    word = text("account_q") if "account_q" in request.form else company
    return dialog(
        "lead/_account.html",
        status=problem.status if problem else 200,
        title=gettext("取引先の変更") if lead["account_id"] else gettext("取引先の選択"),
        parent=(f"/leads/{lead_id}", company or lead["number"]),
        form=Form({"account_q": company, "account_id": lead["account_id"] or "-"}, problem),
        lead=lead,
        current=account_name(lead["account_id"]) if lead["account_id"] else "",
        accounts=_found(word),
        back=request.values.get("back", ""),
        no_account=NO_ACCOUNT,
        walk=Walk.read(lead_id),
    )


def readable(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of a history with accounts by their names, each told once: not of lead and person, nor name and id."""
    names: dict[Any, str] = {None: ""}
    of_lead = {entry["cause_id"] for entry in entries if entry["record"] == "lead" and entry["field"] == "account_id"}
    told = []
    for entry in entries:
        if entry["field"] in ("account_name", "opportunity_id"):
            continue
        if entry["field"] == "account_id":
            if entry["record"] == "person" and entry["cause_id"] in of_lead:
                continue
            for side in ("before", "after"):
                account_id = entry[side]
                names.setdefault(account_id, "")
                names[account_id] = names[account_id] or (account_name(account_id) if account_id else "")
                entry[f"{side}_text"] = names[account_id]
        told.append(entry)
    return told
