"""Taking a conversion back: 取消 while nothing stands upon it, and 再育成 of what the salesperson returned. Says
opportunity.conversion_cancelled."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.outbox import publish
from chassis.problems import Conflict, Forbidden, NotFound, text
from contracts.events import ConversionCancelled

from ..history import note_changes, write
from ..models import Account, Change, Conversion, LeadCopy, Opportunity
from ..queries import (
    active_conversion,
    concerns,
    conversion_behind,
    find,
    handover_details,
    is_won,
    newest_handover,
    what_was_built,
)
from ..schemas import CancellationDraft, Cancelled, HandoverAnswer, HandoverDetails, KeptRecord
from .handovers import check_answer, move, opened, withdraw_handover
from .opportunities import influences_of, save_changes, set_influences


def cancel_conversion(session: Session, actor: Actor, lead_id: int, draft: CancellationDraft) -> Cancelled:
    """取消, by who converted or a manager. The lead goes back to the stage that it had. Raises NotFound, Forbidden, and
    Conflict that says what stands upon the conversion."""
    conversion = _opened(session, lead_id)
    if not concerns(actor, conversion.created_by):
        raise Forbidden(
            ja="案件化を取り消せるのは、案件化した本人とマネージャーです。",
            en="Only who converted it, or a manager, may take this back.",
        )
    opportunity = session.get_one(Opportunity, conversion.opportunity_id)
    if obstacle := what_was_built(session, conversion):
        raise Conflict(
            code="built_upon",
            ja=f"取り消せません。{obstacle}",
            en=f"This cannot be taken back. {obstacle}",
        )
    withdraw_handover(session, opportunity.id, lead_id)
    if draft.reason:
        note_changes(session, "opportunity", opportunity.id, {"cancellation_reason": (None, draft.reason)})
    return take_back(session, conversion, opportunity, reason=draft.reason)


def _opened(session: Session, lead_id: int) -> Conversion:
    """The conversion of a lead, kept from others meanwhile: the opportunity first, as everybody who changes both does.
    Raises NotFound."""
    conversion = active_conversion(session, lead_id)
    if conversion:
        find(session, Opportunity, conversion.opportunity_id, to_change=True)
        conversion = active_conversion(session, lead_id, to_change=True)
    if conversion is None:
        raise NotFound(ja="このリードは案件化されていません。", en="This lead is not converted.")
    return conversion


def nurture_again(session: Session, actor: Actor, opportunity_id: int, answer: HandoverAnswer) -> HandoverDetails:
    """再育成: what was returned goes back to nurturing; its conversion is taken back, whatever was done meanwhile.
    Raises NotFound, Forbidden, Conflict where no lead was converted into the opportunity, or where it was won."""
    opportunity, handover = opened(session, opportunity_id)
    if handover.state == "nurturing":
        return handover_details(session, actor, handover)
    check_answer(session, actor, handover, "returned", handover.requester_id, answer.version)
    conversion = conversion_behind(session, handover, to_change=True)
    if conversion is None:
        raise Conflict(
            code="not_converted",
            ja="リードから案件化した案件ではないため、再育成には戻せません。",
            en="No lead was converted into this opportunity; there is nothing to nurture.",
        )
    if is_won(session, opportunity):
        raise Conflict(
            code="won",
            ja="受注した案件は再育成に戻せません。先に案件のフェーズを戻してください。",
            en="An opportunity that was won does not go back to nurturing. Change its phase back first.",
        )
    move(session, handover, "nurturing")
    take_back(session, conversion, opportunity, nurturing=True)
    return handover_details(session, actor, handover)


def take_back(
    session: Session, conversion: Conversion, opportunity: Opportunity, nurturing: bool = False, reason: str = ""
) -> Cancelled:
    """The opportunity that the conversion made counts no longer; one that was there before loses what was added."""
    now = datetime.now(UTC)
    conversion.cancelled_at = now
    session.flush()
    shared = exists().where(Conversion.opportunity_id == opportunity.id, Conversion.cancelled_at.is_(None))
    if conversion.new_opportunity and not session.scalar(select(shared)):
        changes = write(opportunity, {"cancelled_at": now})
    else:
        changes = _without_what_was_added(session, conversion, opportunity)
    save_changes(session, opportunity, changes)
    _say(session, conversion, opportunity, nurturing, reason)
    return Cancelled(
        lead_id=conversion.lead_id,
        opportunity_id=opportunity.id,
        cancelled_at=now,
        kept=_kept(session, conversion, opportunity),
    )


def _say(session: Session, conversion: Conversion, opportunity: Opportunity, nurturing: bool, reason: str) -> None:
    assert conversion.cancelled_at
    lead = session.get(LeadCopy, conversion.lead_id)
    publish(
        session,
        ConversionCancelled(
            lead_id=conversion.lead_id,
            opportunity_id=opportunity.id,
            campaign_id=conversion.campaign_id,
            converted_at=conversion.converted_at,
            cancelled_at=conversion.cancelled_at,
            nurturing=nurturing,
            opportunity_name=opportunity.name,
            account_name=session.get_one(Account, opportunity.account_id).name,
            lead_name=lead.person_name if lead else "",
            main_owner_id=opportunity.main_owner_id,
            new_opportunity=conversion.new_opportunity,
            notify=_knows(session, conversion, opportunity),
            reason=reason,
        ),
    )


def _knows(session: Session, conversion: Conversion, opportunity: Opportunity) -> bool:
    """Whether the main owner knows of the conversion: by having been told, or by having asked for it."""
    handover, owner_id = newest_handover(session, opportunity.id), opportunity.main_owner_id
    if owner_id == conversion.created_by or (handover and handover.requester_id == owner_id):
        return True
    return handover.notify if handover and handover.recipient_id == owner_id else conversion.notify


def _without_what_was_added(
    session: Session, conversion: Conversion, opportunity: Opportunity
) -> dict[str, tuple[Any, Any]]:
    of_it = Change.record == "opportunity", Change.record_id == opportunity.id, Change.cause_id == conversion.cause_id
    added = {change.field: change for change in session.scalars(select(Change).where(*of_it))}
    changes: dict[str, tuple[Any, Any]] = {}
    if opportunity.lead_id == conversion.lead_id and ("lead_id" in added or conversion.new_opportunity):
        others = select(Conversion.lead_id).where(
            Conversion.opportunity_id == opportunity.id, Conversion.cancelled_at.is_(None)
        )
        changes |= write(opportunity, {"lead_id": session.scalar(others.order_by(Conversion.id).limit(1))})
    if influences := added.get("influence_campaign_ids"):
        new = set(influences.after) - set(influences.before)
        changes |= set_influences(session, opportunity, influences_of(session, opportunity) - new)
    return changes


def _kept(session: Session, conversion: Conversion, opportunity: Opportunity) -> list[KeptRecord]:
    kept = []
    if conversion.new_account:
        account = session.get_one(Account, opportunity.account_id)
        why = (
            "登録した取引先は残り、次の案件作成で選べます。",
            "The account stays, to be chosen by the next conversion.",
        )
        kept.append(KeptRecord(record="account", id=account.id, name=account.name, why=text(*why)))
    if opportunity.cancelled_at:
        why = "取消済みとして残り、一覧と集計には入りません。", "It stays to be read, outside of lists and figures."
    else:
        why = "もとからある案件なので残ります。", "It was there before, and stays."
    kept.append(KeptRecord(record="opportunity", id=opportunity.id, name=opportunity.name, why=text(*why)))
    return kept
