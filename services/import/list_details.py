"""Lists as they are told: how far each is, who decided what about it, and what the asker may do with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import language
from chassis.retries import next_attempts
from contracts import events

from . import headings, list_facts
from .columns import LAYOUT, letter
from .error_workbook import is_long
from .models import CANCELLABLE, OPEN_OUTCOMES, CampaignCopy, UploadedList, UserCopy
from .queries import (
    has_failed_leads,
    is_keeper,
    left_something,
    may_resume,
    may_retry,
    named,
    outcome_counts,
    page_of,
    uploaded_list,
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


def list_details(session: Session, actor: Actor, list_id: int) -> ListDetails:
    uploaded = uploaded_list(session, list_id)
    read = headings.read_columns(session, actor, uploaded)
    return _details(session, actor, [uploaded])[0].model_copy(update={"columns": read})


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


def _details(session: Session, actor: Actor, lists: list[UploadedList]) -> list[ListDetails]:
    counts = outcome_counts(session, [uploaded.id for uploaded in lists])
    users = named(
        session,
        UserCopy.user_id,
        UserCopy.name,
        {user for each in lists for user in _users(each)},
    )
    campaigns = named(session, CampaignCopy.campaign_id, CampaignCopy.name, {each.campaign_id for each in lists})
    english = language() == "en"
    corrections, moved = list_facts.corrections(session, lists), list_facts.moved(session, lists)
    decided, planned = list_facts.decided(session, lists), list_facts.planned_before(session, lists)
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
            settled_at=_settled_at(each, sum(counts[each.id].values())),
            settled_before=each.settled_before,
            warnings=headings.warnings(each.header or {}, english, each.kind),
            correction=next(reversed(corrections.get(each.id, [])), None),
            corrections=corrections.get(each.id, []),
            question=_question(each, english),
            stopped_after=each.stopped_after,
            is_draft=each.is_draft,
            keeps_plan=each.id in planned,
            moved=moved.get(each.id, 0),
            decided=decided.get(each.id, 0),
            errors_by_job=is_long(sum(counts[each.id][outcome] for outcome in OPEN_OUTCOMES)),
            undoing=_undoing(each, users),
            **_decided(each, users),
            **_rights(actor, each, counts[each.id]),
        )
        for each in lists
    ]


DECIDED = ("cancelled", "resumed", "committed")


def _users(uploaded: UploadedList) -> tuple[int | None, ...]:
    decided = (getattr(uploaded, f"{what}_by") for what in DECIDED)
    return uploaded.created_by, uploaded.undone_by, *decided


def _decided(uploaded: UploadedList, users: dict[int, str]) -> dict[str, Any]:
    """Who stopped the list, went on with it, committed it, and when."""
    moments = {what: getattr(uploaded, f"{what}_at") for what in DECIDED}
    who = {what: _user(getattr(uploaded, f"{what}_by"), users) if at else None for what, at in moments.items()}
    return {f"{what}_at": at for what, at in moments.items()} | {f"{what}_by": by for what, by in who.items()}


def _rights(actor: Actor, uploaded: UploadedList, counts: dict[str, int]) -> dict[str, Any]:
    """What the actor may do with the list as it is."""
    keeps, status = is_keeper(actor, uploaded), uploaded.status
    return {
        "may_cancel": keeps and status in CANCELLABLE and not uploaded.is_stopped,
        "may_retry": may_retry(actor, uploaded),
        "may_resume": may_resume(actor, uploaded, counts["cancelled"]),
        "may_commit": keeps and status == "planned",
        "may_answer": keeps and status == "asking",
        "may_correct": keeps and status in ("finished", "planned"),
        "may_undo": _may_undo(actor, uploaded, counts),
    }


def _may_undo(actor: Actor, uploaded: UploadedList, counts: dict[str, int]) -> bool:
    possible = has_failed_leads(uploaded) or (uploaded.status == "finished" and left_something(uploaded, counts))
    return possible and is_keeper(actor, uploaded)


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


def _settled_at(uploaded: UploadedList, rows: int) -> datetime | None:
    """A list at work is saved when one of its batches, or a part of its undoing, is settled."""
    if _at_work_since(uploaded) is None:
        return None
    settled = uploaded.undone_leads + uploaded.kept_leads if uploaded.status == "undoing" else rows
    return uploaded.updated_at if settled > uploaded.settled_before else None


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
        failed=uploaded.failed_leads,
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
