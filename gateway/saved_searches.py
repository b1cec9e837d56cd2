"""保存した検索: kept, found, changed and deleted; and how each user wants a list to look."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict, Field, Forbidden, Invalid, NotFound
from contracts.roles import EMPLOYEES, Role

from .models import ListShape, SavedSearch
from .schemas import SavedSearchChange, SavedSearchDetails, SavedSearchDraft, SavedSearchPage

MOST = 100  # own and shared ones together; more nobody finds again


def own_and_shared(me: str) -> str:
    """The statement that reads them for `me`, an expression: the own first, each by name."""
    return f"""
        SELECT search.id, search.name, search.shared, search.owner_id, search.filters, search.sort, search.columns,
            search.version, concat(owner.family_name, ' ', owner.given_name) AS owner
        FROM saved_search search JOIN user_account owner ON owner.id = search.owner_id
        WHERE search.owner_id = {me} OR search.shared
        ORDER BY search.owner_id <> {me}, search.name, search.id LIMIT {MOST}
    """


OWN_AND_SHARED = text(own_and_shared(":me"))


def may_change(actor: Actor, owner_id: int, shared: bool) -> bool:
    """Its maker; a shared one may be changed by administrators too."""
    return owner_id == actor.id or (shared and actor.has(Role.ADMINISTRATOR))


def shown(actor: Actor, search: SavedSearch) -> SavedSearchDetails:
    return SavedSearchDetails(
        id=search.id,
        name=search.name,
        shared=search.shared,
        owner_id=search.owner_id,
        owner=search.owner.name,
        may_change=may_change(actor, search.owner_id, search.shared),
        filters=search.filters,
        sort=search.sort,
        columns=search.columns,
        version=search.version,
    )


def saved_searches(session: Session, actor: Actor) -> SavedSearchPage:
    """The actor's own, then the shared ones of others, each by name."""
    items = as_read(actor, session.execute(OWN_AND_SHARED, {"me": actor.id}).mappings())
    return SavedSearchPage(items=items, total=len(items))


def as_read(actor: Actor, rows: Iterable[Any]) -> list[SavedSearchDetails]:
    """Rows of `own_and_shared`, for this actor. What the database holds is not checked again."""
    return [
        SavedSearchDetails.model_construct(**row, may_change=may_change(actor, row["owner_id"], row["shared"]))
        for row in rows
    ]


def saved_search(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """One that the actor may use. Raises NotFound."""
    search = session.get(SavedSearch, search_id)
    if search is None or not (search.shared or search.owner_id == actor.id):
        raise NotFound(ja="この保存した検索は見つかりません。", en="There is no such saved search.")
    return search


def save_search(session: Session, actor: Actor, draft: SavedSearchDraft) -> SavedSearch:
    """Raises Invalid for a name that the actor has used already, Forbidden for an outsourced caller who shares."""
    search = SavedSearch(owner_id=actor.id, **draft.model_dump())
    session.add(search)
    return _checked(session, actor, search)


def change_saved_search(session: Session, actor: Actor, search_id: int, change: SavedSearchChange) -> SavedSearch:
    """Changes what is given. Raises Forbidden, and Conflict with `current` when somebody changed it first."""
    search = _to_change(session, actor, search_id)
    if search.version != change.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
            current=shown(actor, search).model_dump(mode="json"),
        )
    for name, value in change.model_dump(exclude_unset=True, exclude={"version"}).items():
        if value is not None:
            setattr(search, name, value)
    return _checked(session, actor, search)


def delete_saved_search(session: Session, actor: Actor, search_id: int) -> None:
    session.delete(_to_change(session, actor, search_id))


def _to_change(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    search = saved_search(session, actor, search_id)
    if not may_change(actor, search.owner_id, search.shared):
        raise Forbidden
    return search


def _checked(session: Session, actor: Actor, search: SavedSearch) -> SavedSearch:
    if search.shared and not actor.has(*EMPLOYEES):
        raise Forbidden
    try:
        session.flush()
    except IntegrityError as error:
        ja, en = "同じ名前の保存した検索があります。", "You have a saved search of this name."
        raise Invalid([Field("name", "taken", ja, en)]) from error
    session.refresh(search)
    return search


# -- how a list looks ------------------------------------------------------------------------------------------------


def keep_list_shape(session: Session, user_id: int, screen: str, **chosen: object) -> None:
    """Remembers `columns` or `page_size` of a list."""
    statement = insert(ListShape).values(user_id=user_id, screen=screen, **chosen)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id", "screen"], set_=chosen))
