"""Questions to the import service: lists and how far they are, and what cells may name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Field, Invalid, NotFound, language
from chassis.retries import next_attempts
from chassis.shapes import PageQuery, read_cursor, write_cursor
from contracts import events
from contracts.roles import Role

from . import headings, list_facts
from .checks import Known, KnownChoice, KnownUser
from .columns import LAYOUT, letter
from .error_workbook import is_long
from .models import (
    CANCELLABLE,
    CHANGING_OUTCOMES,
    OPEN_OUTCOMES,
    OUTCOMES,
    Batch,
    CampaignCopy,
    MasterCopy,
    UploadedList,
    UserCopy,
)
from .schemas import (
    ListDetails,
    ListSearch,
    Question,
    QuestionColumn,
    QuestionField,
    QuestionRow,
    QuestionSheet,
    UndoingDetails,
    Uploader,
)

MASTERS = {
    "lead-stages": "stage",
    "member-statuses": "member_status",
    "lead-sources": "source",
    "temperatures": "temperature",
}


def known(session: Session) -> Known:
    """What cells may name, as it is now."""
    users = session.execute(select(UserCopy.user_id, UserCopy.login, UserCopy.name, UserCopy.active))
    masters = session.scalars(select(MasterCopy).where(MasterCopy.master.in_(MASTERS)))
    choices = {
        MASTERS[master.master]: tuple(
            KnownChoice(choice["code"], choice["label"], choice["meaning"], choice["active"])
            for choice in master.choices
        )
        for master in masters
    }
    return Known(tuple(KnownUser(*user) for user in users), choices)


def outcome_counts(session: Session, list_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many rows of each list have each outcome so far; all eight outcomes, always."""
    ids = list(list_ids)
    counts = {list_id: dict.fromkeys(OUTCOMES, 0) for list_id in ids}
    each = func.jsonb_each_text(Batch.outcomes).table_valued("key", "value").lateral()
    for list_id, outcome, rows in session.execute(
        select(Batch.list_id, each.c.key, func.sum(cast(each.c.value, Integer)))
        .join(each, and_(True))
        .where(Batch.list_id.in_(ids))
        .group_by(Batch.list_id, each.c.key)
    ):
        counts[list_id][outcome] = int(rows)
    return counts


def list_details(session: Session, actor: Actor, list_id: int) -> ListDetails:
    uploaded = uploaded_list(session, list_id)
    read = headings.read_columns(session, actor, uploaded)
    return _details(session, actor, [uploaded])[0].model_copy(update={"columns": read})


def is_keeper(actor: Actor, uploaded: UploadedList) -> bool:
    """Who decides about a list: whoever registered it, a manager, an administrator."""
    return actor.id == uploaded.created_by or actor.has(Role.MANAGER, Role.ADMINISTRATOR)


def may_retry(actor: Actor, uploaded: UploadedList) -> bool:
    """A failed list of which nothing was in; rows that went in and were taken back are known by their batches."""
    return uploaded.status == "failed" and not uploaded.batches and is_keeper(actor, uploaded)


def has_changed_something(session: Session, list_id: int) -> bool:
    counts = outcome_counts(session, [list_id])[list_id]
    return _changed(counts)


def _changed(counts: dict[str, int]) -> bool:
    return any(counts[outcome] for outcome in CHANGING_OUTCOMES)


def uploaded_list(session: Session, list_id: int, lock: bool = False) -> UploadedList:
    uploaded = session.get(UploadedList, list_id, with_for_update=lock)
    if uploaded is None:
        raise NotFound(ja="そのリストはありません。", en="There is no such list.")
    return uploaded


def search_lists(session: Session, actor: Actor, query: ListSearch) -> dict[str, Any]:
    """The history of lists, newest first."""
    found = select(UploadedList)
    if query.campaign_id is not None:
        found = found.where(UploadedList.campaign_id == query.campaign_id)
    if query.kind:
        found = found.where(UploadedList.kind.in_(query.kind))
    if query.status:
        found = found.where(UploadedList.status.in_(query.status))
    if query.uploaded_by is not None:
        found = found.where(UploadedList.created_by == query.uploaded_by)
    page = page_of(session, found, query, UploadedList.id, newest_first=True)
    return page | {"items": _details(session, actor, page["items"])}


def page_of(
    session: Session, found: Select[Any], query: PageQuery, key: Any, newest_first: bool = False
) -> dict[str, Any]:
    """One page by a unique whole number, going on after the last one shown."""
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if query.cursor:
        try:
            (last,) = read_cursor(query.cursor)
            last = int(last)
        except (ValueError, TypeError) as error:
            ja, en = "ページの位置が正しくありません。", "Not a cursor of this list."
            raise Invalid([Field("cursor", "cursor", ja=ja, en=en)]) from error
        found = found.where(key < last if newest_first else key > last)
    ordered = found.order_by(key.desc() if newest_first else key).limit(query.page_size + 1)
    items = list(session.scalars(ordered))
    shown = items[: query.page_size]
    following = write_cursor([getattr(shown[-1], key.key)]) if len(items) > len(shown) else None
    return {"items": shown, "total": total, "next_cursor": following}


def _details(session: Session, actor: Actor, lists: list[UploadedList]) -> list[ListDetails]:
    counts = outcome_counts(session, [uploaded.id for uploaded in lists])
    users = named(session, UserCopy.user_id, UserCopy.name, {user for each in lists for user in _people(each)})
    campaigns = named(session, CampaignCopy.campaign_id, CampaignCopy.name, {each.campaign_id for each in lists})
    english = language() == "en"
    corrections, moved = list_facts.corrections(session, lists), list_facts.moved(session, lists)
    decided = list_facts.decided(session, lists)
    again = _read_again(session) if any(map(_is_read, lists)) else {}
    return [
        ListDetails(
            id=each.id,
            kind=each.kind,
            campaign_id=each.campaign_id,
            campaign=campaigns.get(each.campaign_id or 0, ""),
            mode=each.mode,
            overwrite=each.overwrite,
            erase_blanks=each.erase_blanks,
            status=each.status,
            file_name=each.file_name,
            file_size=each.file_size,
            sha256=each.sha256,
            sheet=each.sheet,
            uploaded_by=_user(each.created_by, users),
            created_at=each.created_at,
            finished_at=each.finished_at,
            rows_read=each.rows_read,
            reading=_is_read(each),
            read_again_by=again.get(each.id),
            rows_settled=sum(counts[each.id].values()),
            outcomes=counts[each.id],
            problem=each.problem_en if english else each.problem_ja,
            problem_code=each.problem_code,
            at_work_since=_at_work_since(each),
            settled_before=each.settled_before,
            warnings=headings.warnings(each.header or {}, english, each.kind),
            correction=next(reversed(corrections.get(each.id, [])), None),
            corrections=corrections.get(each.id, []),
            question=_question(each, english),
            cancelled_at=each.cancelled_at,
            cancelled_by=_user(each.cancelled_by, users) if each.cancelled_at else None,
            committed_at=each.committed_at,
            committed_by=_user(each.committed_by, users) if each.committed_at else None,
            may_cancel=each.status in CANCELLABLE and not each.is_stopped and is_keeper(actor, each),
            may_retry=may_retry(actor, each),
            is_draft=each.is_draft,
            moved=moved.get(each.id, 0),
            decided=decided.get(each.id, 0),
            may_commit=each.status == "planned" and is_keeper(actor, each),
            may_answer=each.status == "asking" and is_keeper(actor, each),
            may_correct=each.status in ("finished", "planned") and is_keeper(actor, each),
            may_undo=each.status == "finished" and is_keeper(actor, each) and _changed(counts[each.id]),
            errors_by_job=is_long(sum(counts[each.id][outcome] for outcome in OPEN_OUTCOMES)),
            undoing=_undoing(each, users),
        )
        for each in lists
    ]


def _people(each: UploadedList) -> tuple[int | None, ...]:
    return each.created_by, each.committed_by, each.undone_by, each.cancelled_by


def _at_work_since(uploaded: UploadedList) -> datetime | None:
    """None until it is known what goes on, and of a list that was stopped: its other rows are settled all at once."""
    if uploaded.status == "undoing":
        return uploaded.went_on_at if uploaded.undone_parts else None
    if uploaded.status == "reading" or uploaded.is_stopped:
        return None
    goes_on = uploaded.rounds or uploaded.committed_at
    began = uploaded.went_on_at if goes_on else uploaded.created_at
    said = (uploaded.said or {}).get("at")  # before that it waited for somebody's word
    return max(began, datetime.fromisoformat(said)) if began and said else began


def _is_read(uploaded: UploadedList) -> bool:
    """Whether more of its file is still to be read."""
    return uploaded.status == "received" or uploaded.read_to is not None


def _read_again(session: Session) -> dict[int, datetime]:
    """Lists whose reading was interrupted, and by when it begins again."""
    failed = next_attempts(session, events.ListUploaded, events.LargeListUploaded)
    return {
        event.list_id: at for event, at in failed if isinstance(event, events.ListUploaded | events.LargeListUploaded)
    }


def _undoing(uploaded: UploadedList, users: dict[int, str]) -> UndoingDetails | None:
    if uploaded.undone_at is None:
        return None
    return UndoingDetails(
        at=uploaded.undone_at,
        by=_user(uploaded.undone_by, users),
        leads=uploaded.undoing_leads,
        undone=uploaded.undone_leads,
        kept=uploaded.kept_leads,
    )


def _user(user_id: int | None, users: dict[int, str]) -> Uploader:
    return Uploader(id=user_id or 0, name=users.get(user_id or 0, ""))


def _question(uploaded: UploadedList, english: bool) -> Question | None:
    """What is asked, with the fields that a column may be."""
    if uploaded.question is None:
        return None

    def columns(offered: dict[str, Any]) -> list[QuestionColumn]:
        return [QuestionColumn(letter=letter(column["index"]), **column) for column in offered["columns"]]

    sheets = [
        QuestionSheet(
            sheet=offer["sheet"],
            row=offer["row"],
            columns=columns(offer),
            rows=[QuestionRow(row=each["row"], columns=columns(each)) for each in offer.get("rows", [])],
        )
        for offer in uploaded.question
    ]
    fields = [QuestionField(code=column.code, label=column.en if english else column.ja) for column in LAYOUT]
    return Question(sheets=sheets, fields=fields)


def named(session: Session, key: Any, name: Any, ids: set[int | None]) -> dict[int, str]:
    return {found: named for found, named in session.execute(select(key, name).where(key.in_(ids - {None})))}
