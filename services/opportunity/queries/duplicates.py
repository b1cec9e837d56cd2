"""Which accounts may be the same company: asked while somebody types, and again before it is saved."""

from collections.abc import Iterable

from sqlalchemy import ARRAY, ColumnElement, Text, cast, false, or_, select
from sqlalchemy.orm import Session

from chassis.keywords import fold
from chassis.problems import text

from ..models import Account
from ..naming import company_key, own_domains, phone_key
from ..schemas import DuplicateQuery, DuplicateReason, SimilarAccount

SHOWN = 10
SHORTEST_PHONE = 9  # digits; fewer are no number of one company
REASONS = {
    "corporate_number": ("法人番号が同じ", "same corporate number"),
    "name": ("名前が同じ（表記の違いを除く）", "same name, written one way or another"),
    "domain": ("ドメインが同じ", "same domain"),
    "phone": ("電話番号が同じ", "same phone number"),
}


def possible_duplicates(session: Session, query: DuplicateQuery) -> list[SimilarAccount]:
    """At most 10, the oldest first, each with all that is the same. What is typed may be unfinished."""
    keys = {
        "corporate_number": "".join(digit for digit in fold(query.corporate_number) if digit.isdigit()),
        "name": company_key(query.name) if query.name else "",
        "phone": phone_key(query.phone) if len(phone_key(query.phone)) >= SHORTEST_PHONE else "",
    }
    domains = own_domains([*query.domains, query.url])
    same: list[ColumnElement[bool]] = [false()]
    if keys["corporate_number"]:
        same.append(Account.corporate_number == keys["corporate_number"])
    if keys["name"]:
        same.append(Account.name_key == keys["name"])
    if keys["phone"]:
        same.append(Account.phone_key == keys["phone"])
    if domains:
        same.append(Account.domains.bool_op("&&")(cast(domains, ARRAY(Text))))
    found = select(Account).where(or_(*same), Account.id != (query.except_id or 0)).order_by(Account.id).limit(SHOWN)
    return [_explained(account, keys, domains) for account in session.scalars(found)]


def _explained(account: Account, keys: dict[str, str], domains: list[str]) -> SimilarAccount:
    same = {
        "corporate_number": account.corporate_number == keys["corporate_number"] != "",
        "name": account.name_key == keys["name"] != "",
        "domain": not set(domains).isdisjoint(account.domains),
        "phone": account.phone_key == keys["phone"] != "",
    }
    return SimilarAccount(
        id=account.id,
        code=account.code,
        name=account.name,
        prefecture=account.prefecture,
        do_not_approach=account.do_not_approach,
        reasons=[DuplicateReason(code=code, message=text(*REASONS[code])) for code in _true(same)],
    )


def _true(same: dict[str, bool]) -> Iterable[str]:
    return (code for code, is_same in same.items() if is_same)


def similar_accounts(session: Session, account: Account) -> list[SimilarAccount]:
    """Other accounts that may be the same company as this one."""
    query = DuplicateQuery(
        name=account.name,
        corporate_number=account.corporate_number,
        domains=account.domains,
        url=account.url,
        phone=account.phone,
        except_id=account.id,
    )
    return possible_duplicates(session, query)
