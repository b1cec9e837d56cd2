"""What can be done with a handover (引継ぎ): 依頼, 受領, 差戻し. Says opportunity.handover_changed."""

from datetime import UTC, datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.outbox import publish
from chassis.problems import Conflict, Field, Forbidden, Invalid, NotFound
from contracts.events import HandoverChanged

from ..history import note_changes, write
from ..models import Account, Conversion, Handover, Opportunity, UserCopy
from ..queries import concerns, find, handover_details, newest_handover
from ..schemas import HandoverAnswer, HandoverDetails, HandoverDraft, HandoverReturn
from .checks import check_user, refuse_cancelled, refuse_stale
from .opportunities import save_changes


def request_handover(session: Session, actor: Actor, opportunity_id: int, draft: HandoverDraft) -> HandoverDetails:
    """依頼: the recipient becomes main owner. After a return, to whomever is asked next. Asking the same person again
    changes nothing. Raises NotFound, Invalid, Forbidden, Conflict while somebody else is asked."""
    opportunity = find(session, Opportunity, opportunity_id, to_change=True)
    handover = newest_handover(session, opportunity_id, to_change=True)
    if handover and handover.state == "requested":
        if handover.recipient_id == draft.recipient_id:
            return handover_details(session, actor, handover)
        _refuse(session, actor, handover, "すでに引継ぎを依頼しています。", "Somebody is asked already.")
    if handover and handover.state == "returned" and not concerns(actor, handover.requester_id):
        raise Forbidden
    _check_request(session, actor, opportunity, draft)
    before = handover.state if handover else None
    if handover is None or handover.state != "returned":
        handover = Handover(opportunity_id=opportunity_id, lead_id=opportunity.lead_id)
    handover.state, handover.requester_id, handover.recipient_id = "requested", actor.id, draft.recipient_id
    handover.message, handover.notify, handover.reason = draft.message, draft.notify, ""
    handover.requested_at, handover.answered_at = datetime.now(UTC), None
    session.add(handover)
    save_changes(session, opportunity, write(opportunity, {"main_owner_id": draft.recipient_id}))
    _note(session, handover, before)
    _say(session, handover, opportunity)
    return handover_details(session, actor, handover)


def ask_by_conversion(session: Session, actor: Actor, conversion: Conversion, opportunity: Opportunity) -> None:
    """A conversion asks the main owner of the opportunity that it made to take it over, unless it is the same person;
    who has the opportunity already takes nothing over. The conversion itself tells the main owner, so nothing more is
    said."""
    if opportunity.main_owner_id == actor.id or not conversion.new_opportunity:
        return
    handover = Handover(
        opportunity_id=opportunity.id,
        lead_id=conversion.lead_id,
        state="requested",
        requester_id=actor.id,
        recipient_id=opportunity.main_owner_id,
        message=opportunity.handover_memo,
        notify=conversion.notify,
        requested_at=conversion.converted_at,
    )
    session.add(handover)
    _note(session, handover, before=None)


def accept_handover(session: Session, actor: Actor, opportunity_id: int, answer: HandoverAnswer) -> HandoverDetails:
    """受領, by who was asked or a manager. Accepting again changes nothing. Raises NotFound, Forbidden, Conflict."""
    opportunity, handover = opened(session, opportunity_id)
    if handover.state == "accepted":
        return handover_details(session, actor, handover)
    check_answer(session, actor, handover, "requested", handover.recipient_id, answer.version)
    move(session, handover, "accepted")
    _say(session, handover, opportunity)
    return handover_details(session, actor, handover)


def return_handover(session: Session, actor: Actor, opportunity_id: int, answer: HandoverReturn) -> HandoverDetails:
    """差戻し: who asked becomes main owner again, unless somebody else was made it meanwhile, and decides what comes
    next. Raises NotFound, Forbidden, Conflict."""
    opportunity, handover = opened(session, opportunity_id)
    if handover.state == "returned" and handover.reason == answer.reason:
        return handover_details(session, actor, handover)
    check_answer(session, actor, handover, "requested", handover.recipient_id, answer.version)
    move(session, handover, "returned", answer.reason)
    requester = session.get(UserCopy, handover.requester_id)
    if requester and requester.active and opportunity.main_owner_id == handover.recipient_id:
        save_changes(session, opportunity, write(opportunity, {"main_owner_id": requester.user_id}))
    _say(session, handover, opportunity)
    return handover_details(session, actor, handover)


def withdraw_handover(session: Session, opportunity_id: int, lead_id: int) -> None:
    """Nobody is asked any longer, as the conversion that asked was taken back."""
    handover = newest_handover(session, opportunity_id, to_change=True)
    if handover and handover.lead_id == lead_id and handover.state in ("requested", "returned"):
        move(session, handover, "withdrawn")


def opened(session: Session, opportunity_id: int) -> tuple[Opportunity, Handover]:
    """The opportunity and its newest handover, both kept from others meanwhile. Raises NotFound."""
    opportunity = find(session, Opportunity, opportunity_id, to_change=True)
    handover = newest_handover(session, opportunity_id, to_change=True)
    if handover is None:
        raise NotFound(ja="この案件に引継ぎ依頼はありません。", en="Nobody was asked to take this over.")
    return opportunity, handover


def check_answer(session: Session, actor: Actor, handover: Handover, state: str, whose: int, version: int) -> None:
    """Whether this person may answer now. Raises Forbidden, or Conflict with the handover as it is."""
    if not concerns(actor, whose):
        raise Forbidden(
            ja="引継ぎに答えられるのは、依頼された本人とマネージャーです。",
            en="Only who was asked, or a manager, may answer.",
        )
    if handover.state != state:
        _refuse(session, actor, handover, "この引継ぎはすでに答えられています。", "This handover was answered already.")
    if handover.version != version:
        refuse_stale(handover_details(session, actor, handover))


def move(session: Session, handover: Handover, state: str, reason: str = "") -> None:
    """To another state; the reason of a return stays until somebody else is asked."""
    before = handover.state
    handover.state, handover.answered_at = state, datetime.now(UTC)
    handover.reason = reason or handover.reason
    _note(session, handover, before, reason)


def _check_request(session: Session, actor: Actor, opportunity: Opportunity, draft: HandoverDraft) -> None:
    refuse_cancelled(opportunity)
    errors: list[Field] = []
    check_user(session, draft.recipient_id, "recipient_id", errors)
    if draft.recipient_id == actor.id:
        wrong = "引継ぎ先にはほかの人を選んでください。", "Ask somebody else than yourself."
        errors.append(Field("recipient_id", "oneself", *wrong))
    if errors:
        raise Invalid(errors)


def _refuse(session: Session, actor: Actor, handover: Handover, ja: str, en: str) -> NoReturn:
    current = handover_details(session, actor, handover).model_dump(mode="json")
    raise Conflict(code="handover_state", ja=ja, en=en, current=current)


def _note(session: Session, handover: Handover, before: str | None, reason: str = "") -> None:
    changes: dict[str, tuple[object, object]] = {"handover": (before, handover.state)}
    if reason:
        changes["handover_reason"] = None, reason
    session.flush()
    note_changes(session, "opportunity", handover.opportunity_id, changes)


def _say(session: Session, handover: Handover, opportunity: Opportunity) -> None:
    account = session.get_one(Account, opportunity.account_id)
    publish(
        session,
        HandoverChanged(
            opportunity_id=opportunity.id,
            opportunity_name=opportunity.name,
            account_name=account.name,
            state=handover.state,
            requester_id=handover.requester_id,
            recipient_id=handover.recipient_id,
            message=handover.message,
            reason=handover.reason,
            notify=handover.notify,
        ),
    )
