"""リード案件作成: one campaign of the lead's history, an account, an opportunity; all of it or nothing."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from chassis.problems import Field, Invalid, Problem
from contracts.roles import CONVERTERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing, display, masters
from .accounts import CHECK, find_duplicates, not_yet_known, shown_before
from .forms import Form, text, whole
from .frame import dialog, go, say
from .lead_walk import Walk

pages = Blueprint("conversion", __name__, url_prefix="/leads/<int:lead_id>/conversion")
SALESPEOPLE = ("sales", "manager")
OPEN = ("open", "on_hold")  # what phases mean in which an opportunity is taken over
SHOWN = 20  # opportunities to choose from; a word finds the others
NEW_ACCOUNT = ("name", "corporate_number", "industry", "phone", "domains", "prefecture", "address")


@pages.get("")
@allow(CONVERTERS)
def new(lead_id: int) -> Response:
    return _converted(lead_id) or _form(lead_id)


@pages.get("/accounts")
@allow(CONVERTERS)
def accounts(lead_id: int) -> Response:
    """The accounts that a typed word finds, to choose from."""
    found = _accounts(request.args.get("account_q", ""))
    form = Form({"account_id": request.args.get("account_id", "")})
    return make_response(render_template("conversion/_accounts.html", accounts=found, form=form))


@pages.get("/opportunities")
@allow(CONVERTERS)
def opportunities(lead_id: int) -> Response:
    """The opportunities of the chosen account that are still open, or those of them that a typed word finds."""
    asked = request.args
    account_id = _chosen_account(asked.get("account"), asked.get("lead_account_id"), asked.get("account_id"))
    found = _opportunities(account_id, asked.get("opportunity_q", ""))
    form = Form({"opportunity_id": asked.get("opportunity_id", ""), "opportunity_q": asked.get("opportunity_q", "")})
    return make_response(render_template("conversion/_opportunities.html", opportunities=found, form=form))


@pages.post("")
@allow(CONVERTERS)
def convert(lead_id: int) -> Response:
    if "find" in request.form:  # the search button of a browser without JavaScript
        return _form(lead_id, searched=True)
    if chosen := text("use_account"):  # one of those that may be the same company
        return _form(lead_id, using=call("opportunity").get(f"/accounts/{chosen}"))
    missing, found = _missing(), _possible_duplicates()
    asking = not_yet_known(found)
    try:
        path = f"/leads/{lead_id}/conversion{CHECK if missing or asking else ''}"
        done = call("opportunity").post(path, _draft())
    except Problem as problem:
        if problem.code == "already_converted" and (first := _converted(lead_id, problem.status)):
            return first
        return _form(lead_id, problem, missing, duplicates=found if asking else None)
    if done is None:  # nothing but asked
        return _form(lead_id, Invalid(missing) if missing else None, duplicates=found if asking else None)
    say(
        gettext("リードを案件化しました。"),
        link=f"/opportunities/{done['opportunity_id']}",
        link_text=gettext("案件を開く"),
    )
    return go(Walk.read(lead_id).here(settling="1"))


def _converted(lead_id: int, status: int = 200) -> Response | None:
    """What the lead is already, from an old page or where somebody else was faster; None for one that is not converted.
    The opportunity service knows it before the lead does."""
    try:
        conversion = call("opportunity").get(f"/leads/{lead_id}/conversion")
    except Problem as problem:
        if problem.status == 404:
            return None
        raise
    return dialog(
        "conversion/_converted.html",
        status=status,
        title=gettext("案件化済みのリード"),
        parent=(f"/leads/{lead_id}", ngettext("リード", "リード", 1)),
        conversion=conversion,
        walk=Walk.read(lead_id),
    )


def _missing() -> list[Field]:
    """What nobody filled in or chose. The service says so, too, but only of a form that has no other mistakes."""
    needed = {
        "campaign_id": (text("campaign_id"), "キャンペーンを選んでください。", "Choose a campaign."),
        "account": (text("account"), "取引先を選んでください。", "Choose an account."),
    }
    if text("account") == "existing":
        asked = "取引先を検索して選んでください。", "Search for an account and choose it."
        needed["account.id"] = text("account_id"), *asked
    if text("account") == "new":
        needed["account.name"] = text("account.name"), "取引先名を入力してください。", "Name the account."
    if text("opportunity") == "existing":
        needed["opportunity.id"] = text("opportunity_id"), "案件を選んでください。", "Choose an opportunity."
    else:
        asked = "案件の主担当を選んでください。", "Choose who takes the opportunity over."
        needed["opportunity.main_owner_id"] = text("opportunity.main_owner_id"), *asked
        needed["opportunity.name"] = text("opportunity.name"), "案件名を入力してください。", "Name the opportunity."
    return [Field(name, "missing", ja=ja, en=en) for name, (given, ja, en) in needed.items() if not given]


def _possible_duplicates() -> list[dict[str, Any]]:
    return find_duplicates(_new_account()) if text("account") == "new" else []


def _new_account() -> dict[str, str]:
    return {name: text(f"account.{name}") for name in NEW_ACCOUNT}


def _draft() -> dict[str, Any]:
    draft: dict[str, Any] = {
        "campaign_id": text("campaign_id") or None,
        "opportunity": _opportunity(),
        "notify": text("notify") == "yes",
        "approach_confirmed": text("approach_confirmed") == "yes",
    }
    account = text("account")
    if account == "new":
        known = _new_account()
        draft["account"] = known | {"domains": known["domains"].replace(",", " ").split()}
    elif account:
        draft["account"] = {"id": text("account_id" if account == "existing" else "lead_account_id") or None}
    return draft


def _opportunity() -> dict[str, Any]:
    if text("opportunity") == "existing":
        return {"id": text("opportunity_id") or None}
    return {
        "name": text("opportunity.name"),
        "main_owner_id": text("opportunity.main_owner_id") or None,
        "phase": text("opportunity.phase") or None,
        "amount": whole("opportunity.amount"),
        "expected_on": text("opportunity.expected_on") or None,
        "handover_memo": text("opportunity.handover_memo"),
    }


def _accounts(word: str) -> list[dict[str, Any]]:
    return choosing.accounts_found(word) if word.strip() else []


def _own_domain(email: str | None) -> str:
    """The domain of the lead's address; the service knows which of them belong to nobody."""
    return email.rpartition("@")[2] if email and "*" not in email else ""


def _chosen_account(way: str | None, of_lead: str | None, picked: str | None) -> str:
    """The account that the three ways to choose one come to; "" for none, and for a new one."""
    return {"lead": of_lead, "existing": picked}.get(way or "") or ""


def _opportunities(account_id: str, word: str) -> dict[str, Any] | None:
    """A page of what may be joined; None without an account."""
    if not account_id:
        return None
    search = {"account_id": account_id, "phase_meaning": OPEN, "q": word.strip() or None, "page_size": SHOWN}
    return call("opportunity").get("/opportunities", search)


def _with(missing: list[Field] | None, form: Form) -> Form:
    """The form with what is missing, too. What the service says of a thing of which it is not known which one is meant
    would only tell the same in other words."""
    wrong = {field.field: field.as_json()["message"] for field in missing or []}
    unknown = {name.removesuffix(".id") for name in wrong if name.endswith(".id")}
    said = {name: told for name, told in form.errors.items() if name.partition(".")[0] not in unknown}
    if "account.name" in wrong:
        said.pop("account", None)
    form.errors = said | wrong
    return form


def _form(
    lead_id: int,
    problem: Problem | None = None,
    missing: list[Field] | None = None,
    searched: bool = False,
    duplicates: list[dict[str, Any]] | None = None,
    using: dict[str, Any] | None = None,
) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    company = lead["person"]["company"] or lead["company"]
    account = call("opportunity").get(f"/accounts/{lead['account_id']}") if lead["account_id"] else None
    found = _accounts(text("account_q") or company) if not account or searched or problem else []
    found = [using] if using else found
    user = current_user()
    responded = [member for member in lead["members"] if member["responded"]]
    initial = {
        "campaign_id": (responded or lead["members"] or [{"campaign_id": ""}])[0]["campaign_id"],
        "account": "lead" if account else "existing" if found else "new",
        "account_id": found[0]["id"] if len(found) == 1 else "",
        "account_q": company,
        "account.name": company,
        "account.industry": lead["industry"],
        "account.phone": display.phone(lead["person"]["phone"]),
        "account.prefecture": lead["person"]["prefecture"],
        "account.address": lead["person"]["address"],
        "account.domains": _own_domain(lead["person"]["email"]),
        "opportunity": "new",
        "opportunity.name": gettext("%(company)s 新規案件", company=company),
        "opportunity.main_owner_id": str(user.id) if user and user.has(*SALESPEOPLE) else "",
        "notify": "yes",
    }
    form = _with(missing, Form(initial, problem))
    form.gather("account.domains")
    only = found[0]["id"] if len(found) == 1 else ""
    if using:
        chosen = {"account": "existing", "account_id": using["id"], "account_q": using["name"]}
        form.typed = MultiDict(request.form.to_dict() | chosen)
    return dialog(
        "conversion/_form.html",
        status=problem.status if problem else 409 if duplicates else 200,
        duplicates=duplicates or [],
        saving=bool(duplicates),
        choosable=True,
        known=shown_before(duplicates),
        title=gettext("リード案件作成"),
        parent=(f"/leads/{lead_id}", company or lead["number"]),
        form=form,
        lead=lead,
        walk=Walk.read(lead_id),
        account=account,
        accounts=found,
        opportunities=_opportunities(
            _chosen_account(form.value("account"), lead["account_id"], form.value("account_id") or only),
            form.value("opportunity_q"),
        ),
        phases=[(one["code"], one["label"]) for one in masters.choices("opportunity-phases") if one["meaning"] in OPEN],
        owners=choosing.people(*SALESPEOPLE) or choosing.people(),
    )
