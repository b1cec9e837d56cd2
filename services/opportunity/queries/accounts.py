"""Questions about accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.keywords import holds
from chassis.paging import Sort, page_of
from chassis.shapes import Page

from ..choices import Choices
from ..models import Account, Opportunity
from ..names import Names
from ..naming import words
from ..schemas import AccountDetails, AccountItem, AccountSearch
from .duplicates import similar_accounts
from .records import users_named

SORTS = {
    "code": Sort(Account.code.expression, str),
    "name": Sort(Account.name.expression, str),
    "kana": Sort(Account.kana.expression, str),
    "updated_at": Sort(Account.updated_at.expression, datetime.fromisoformat),
}


def search_accounts(session: Session, actor: Actor, query: AccountSearch) -> Page[AccountItem]:
    """The accounts that are looked for, the latest change first unless asked otherwise."""
    found = select(Account)
    found = found.where(*(holds(Account.search_key, word) for word in words(query.q)))
    if query.owner:
        found = found.where(_owned(query.owner, actor))
    if query.prefecture:
        found = found.where(Account.prefecture == query.prefecture)
    if query.do_not_approach is not None:
        found = found.where(Account.do_not_approach == query.do_not_approach)
    if query.relation:
        found = found.where(Account.relation.in_(query.relation))
    sheet = page_of(session, found, query, SORTS, default="-updated_at", key=Account.id.expression)
    choices = Choices.known(session)
    names = Names(session, users=(account.sales_owner_id for account in sheet.records))
    counts = _opportunities(session, [account.id for account in sheet.records])
    items = [AccountItem(**_shared(account, choices, names, counts)) for account in sheet.records]
    return Page[AccountItem](items=items, total=sheet.total, next_cursor=sheet.next_cursor)


def account_details(session: Session, account: Account) -> AccountDetails:
    """An account with everything on it."""
    names = Names(session, users=(account.sales_owner_id, account.created_by, account.updated_by))
    own = (
        "legal_form legal_form_side employees capital url domains postal_code address created_at created_by updated_by"
    )
    return AccountDetails(
        **_shared(account, Choices.known(session), names, _opportunities(session, [account.id])),
        **{name: getattr(account, name) for name in own.split()},
        similar=similar_accounts(session, account),
        created_by_name=names.user(account.created_by),
        updated_by_name=names.user(account.updated_by),
    )


def _owned(named: list[str], actor: Actor) -> ColumnElement[bool]:
    """`me`, `others`, `unassigned` and ids, as alternatives."""
    owners = users_named([name for name in named if name not in ("others", "unassigned")], actor)
    alternatives: list[ColumnElement[bool]] = [Account.sales_owner_id.in_(owners)] if owners else []
    if "others" in named:
        alternatives.append(Account.sales_owner_id != actor.id)
    if "unassigned" in named:
        alternatives.append(Account.sales_owner_id.is_(None))
    return or_(*alternatives)


def _opportunities(session: Session, account_ids: Sequence[int]) -> dict[int, int]:
    counted = select(Opportunity.account_id, func.count()).where(
        Opportunity.account_id.in_(account_ids), Opportunity.cancelled_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(counted.group_by(Opportunity.account_id))}


def _shared(account: Account, choices: Choices, names: Names, opportunities: dict[int, int]) -> dict[str, Any]:
    same = (
        "id code name kana corporate_number industry prefecture phone sales_owner_id relation do_not_approach "
        "do_not_approach_reason updated_at version"
    )
    return {name: getattr(account, name) for name in same.split()} | {
        "sales_owner_name": names.user(account.sales_owner_id),
        "relation_label": choices.label("account-relations", account.relation),
        "opportunities": opportunities.get(account.id, 0),
    }
