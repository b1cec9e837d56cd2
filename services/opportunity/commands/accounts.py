"""What can be done with accounts."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.contacts import read_fields
from chassis.keywords import fold_phone
from chassis.problems import Field, Invalid

from ..choices import Choices
from ..history import note_changes, write
from ..models import Account
from ..naming import company_key, phone_key, search_key, split_legal_form
from ..numbering import next_account_code
from ..queries import account_details, find
from ..schemas import AccountDetails, AccountDraft, AccountPatch
from .checks import check_user, missing, refuse_stale, taken_besides, write_unique

CONTACTS = {"phone": "phone", "postal_code": "postal_code", "prefecture": "prefecture"}


def create_account(session: Session, draft: AccountDraft) -> AccountDetails:
    """A new account; others with the same name are in `similar` of the answer. Raises Invalid with everything that
    is wrong, Conflict if code or 法人番号 are taken."""
    errors: list[Field] = []
    account = new_account(session, draft.model_dump(), errors)
    if errors:
        raise Invalid([*errors, *taken_besides(session, account, taken_fields())])
    save_new_account(session, account)
    return account_details(session, account)


def change_account(session: Session, account_id: int, patch: AccountPatch) -> AccountDetails:
    """Changes what the patch names. Raises NotFound, Invalid, or Conflict when somebody was faster."""
    account = find(session, Account, account_id, to_change=True)
    if account.version != patch.version:
        refuse_stale(account_details(session, account))
    errors: list[Field] = []
    values = patch.model_dump(exclude={"version"}, exclude_unset=True)
    with session.no_autoflush:  # one save, once all of it is checked
        changes = _apply(session, account, values, errors)
        if errors:
            raise Invalid([*errors, *taken_besides(session, account, taken_fields())])
    if changes:
        _write(session, account)
        note_changes(session, "account", account.id, changes)
    return account_details(session, account)


def new_account(session: Session, values: dict[str, Any], errors: list[Field], prefix: str = "") -> Account:
    """An account that is checked, but not yet written; what is wrong goes into `errors`, fields named after
    `prefix`."""
    account = Account()
    relation = values["relation"] or Choices.known(session).first("account-relations", "new")
    _apply(session, account, values | {"relation": relation}, errors, prefix)
    return account


def save_new_account(session: Session, account: Account, prefix: str = "") -> None:
    """Numbers and writes it, and notes that it was made. Raises Conflict if code or 法人番号 are taken."""
    account.code = account.code or next_account_code(session)
    _write(session, account, prefix)
    note_changes(session, "account", account.id, {"created": (None, account.code)})


def _apply(
    session: Session, account: Account, values: dict[str, Any], errors: list[Field], prefix: str = ""
) -> dict[str, tuple[Any, Any]]:
    if values.get("relation"):
        named, choices = values["relation"], Choices.known(session)
        kept = {account.relation}
        values["relation"] = choices.chosen("account-relations", named, f"{prefix}relation", errors, kept)
    read, wrong = read_fields(CONTACTS, values, {field: getattr(account, field) for field in CONTACTS}, prefix)
    errors.extend(wrong)
    changes = write(account, _with_legal_form(account, values | read))
    if changes.get("sales_owner_id", (None, None))[1]:
        check_user(session, changes["sales_owner_id"][1], f"{prefix}sales_owner_id", errors)
    if account.do_not_approach and not account.do_not_approach_reason:
        wording = "アプローチ禁止の理由を入力してください。", "Say why it must not be approached."
        errors.append(missing(f"{prefix}do_not_approach_reason", *wording))
    return changes


def _with_legal_form(account: Account, values: dict[str, Any]) -> dict[str, Any]:
    """A name says its legal form and the side where it stands, unless the request does."""
    renamed = values.get("name") and values["name"] != account.name
    if not renamed or values.get("legal_form") or values.get("legal_form_side"):
        return values
    form, side = split_legal_form(values["name"])
    return values | ({"legal_form": form, "legal_form_side": side} if form else {})


def _write(session: Session, account: Account, prefix: str = "") -> None:
    account.name_key = company_key(account.name)
    account.phone_key = phone_key(account.phone or "")
    account.search_key = search_key(
        account.name,
        account.name_key,
        account.kana,
        account.code,
        account.corporate_number,
        fold_phone(account.phone),
        *(account.domains or ()),
    )
    write_unique(session, account, taken_fields(prefix))


def taken_fields(prefix: str = "") -> dict[str, Field]:
    """What is said where another account has the value already, by column."""
    number = "この法人番号は別の取引先が使っています。", "Another account has this corporate number."
    code = "このコードは別の取引先が使っています。", "Another account has this code."
    return {
        "corporate_number": Field(f"{prefix}corporate_number", "taken", *number),
        "code_key": Field(f"{prefix}code", "taken", *code),
    }
