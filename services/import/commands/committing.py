"""確定 of a plan: the same rows go through again, and this time it holds. 破棄: nobody wants it."""

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict, Forbidden

from .. import queries
from ..models import Batch, UploadedList
from .announcing import announce
from .going_on import begin_round
from .refusing import not_now
from .registering import check_campaign
from .settling import say_finished


def commit_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Commits what was planned. Raises NotFound, Forbidden for others than who registered it and their managers,
    Invalid when its campaign was closed since, and Conflict unless the plan is ready and was not committed before."""
    uploaded = _planned(session, actor, list_id)
    check_campaign(session, actor, uploaded.kind, uploaded.campaign_id)
    uploaded.committed_by, uploaded.committed_at = actor.id, func.now()
    uploaded.cause_id = current_cause(session).id
    uploaded.batches_settled = 0
    begin_round(uploaded, 0)
    session.flush()
    session.refresh(uploaded)
    uploaded.go_on()
    again = update(Batch).where(Batch.list_id == list_id).values(state="cut", outcomes={})
    session.execute(again.execution_options(synchronize_session=False))
    announce(session, uploaded, 0)
    return uploaded


def discard_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Raises as commit_list does."""
    uploaded = _planned(session, actor, list_id)
    uploaded.status = "discarded"
    uploaded.finished_at = func.now()
    say_finished(session, uploaded, queries.outcome_counts(session, [list_id])[list_id])
    return uploaded


def _planned(session: Session, actor: Actor, list_id: int) -> UploadedList:
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status == "finished":
        raise Conflict(
            code="no_plan",
            ja="このリストは確認待ちではありません。すでに確定されたか、確認せずに取り込んだリストです。",
            en="This list waits for no decision: it was confirmed already, or taken in without a plan.",
        )
    if uploaded.status != "planned":
        raise not_now(uploaded, "no_plan")
    return uploaded
