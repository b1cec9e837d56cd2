"""Questions about handovers and conversions: where one stands, and what the person who asks may do about it."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import NotFound, text
from contracts.roles import MANAGERS

from ..choices import Choices
from ..models import Activity, Change, Conversion, Handover, Opportunity
from ..names import Names
from ..schemas import ConversionDetails, HandoverDetails


def newest_handover(session: Session, opportunity_id: int, to_change: bool = False) -> Handover | None:
    of_it = select(Handover).where(Handover.opportunity_id == opportunity_id).order_by(Handover.id.desc()).limit(1)
    return session.scalars(of_it.with_for_update() if to_change else of_it).first()


def show_handover(session: Session, actor: Actor, opportunity_id: int) -> HandoverDetails:
    """The newest handover of an opportunity. Raises NotFound if there never was one."""
    handover = newest_handover(session, opportunity_id)
    if handover is None:
        raise NotFound(ja="この案件に引継ぎ依頼はありません。", en="Nobody was asked to take this over.")
    return handover_details(session, actor, handover)


def handover_details(session: Session, actor: Actor, handover: Handover) -> HandoverDetails:
    names = Names(session, users=(handover.requester_id, handover.recipient_id))
    may_decide = handover.state == "returned" and concerns(actor, handover.requester_id)
    own = (
        "id opportunity_id lead_id state requester_id recipient_id message reason notify requested_at answered_at "
        "version"
    )
    return HandoverDetails(
        **{name: getattr(handover, name) for name in own.split()},
        requester_name=names.user(handover.requester_id),
        recipient_name=names.user(handover.recipient_id),
        may_answer=handover.state == "requested" and concerns(actor, handover.recipient_id),
        may_decide=may_decide,
        may_nurture=may_decide
        and conversion_behind(session, handover) is not None
        and not is_won(session, session.get_one(Opportunity, handover.opportunity_id)),
    )


def concerns(actor: Actor, user_id: int | None) -> bool:
    """Whether it is this person's to decide: the own, or any for a manager."""
    return actor.id == user_id or actor.has(*MANAGERS)


def active_conversion(session: Session, lead_id: int, to_change: bool = False) -> Conversion | None:
    found = select(Conversion).where(Conversion.lead_id == lead_id, Conversion.cancelled_at.is_(None))
    if to_change:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).first()


def is_won(session: Session, opportunity: Opportunity) -> bool:
    return Choices.known(session).meaning("opportunity-phases", opportunity.phase) == "won"


def conversion_behind(session: Session, handover: Handover, to_change: bool = False) -> Conversion | None:
    """The conversion that led to a handover, if it still holds."""
    found = active_conversion(session, handover.lead_id, to_change) if handover.lead_id else None
    return found if found and found.opportunity_id == handover.opportunity_id else None


def show_conversion(session: Session, actor: Actor, lead_id: int) -> ConversionDetails:
    """The conversion of a lead that holds. Raises NotFound."""
    conversion = active_conversion(session, lead_id)
    if conversion is None:
        raise NotFound(ja="このリードは案件化されていません。", en="This lead is not converted.")
    opportunity = session.get_one(Opportunity, conversion.opportunity_id)
    own = concerns(actor, conversion.created_by)
    obstacle = what_was_built(session, conversion) if own else ""
    return ConversionDetails(
        lead_id=lead_id,
        opportunity_id=opportunity.id,
        opportunity_name=opportunity.name,
        campaign_id=conversion.campaign_id,
        notify=conversion.notify,
        converted_at=conversion.converted_at,
        converted_by=conversion.created_by,
        converted_by_name=Names(session, users=(conversion.created_by,)).user(conversion.created_by),
        may_cancel=own and not obstacle,
        obstacle=obstacle,
    )


def what_was_built(session: Session, conversion: Conversion) -> str:
    """What stands upon a conversion, so that it cannot be taken back; "" if nothing does. An opportunity that was
    there before may have moved on: what the conversion added to it can still be taken away."""
    handover = newest_handover(session, conversion.opportunity_id)
    if handover and handover.state == "accepted" and handover.lead_id == conversion.lead_id:
        return text(ja="営業担当が引継ぎを受領しています。", en="The salesperson has accepted the handover.")
    if not conversion.new_opportunity:
        return ""
    on_it = Activity.opportunity_id == conversion.opportunity_id
    if session.scalar(select(exists().where(on_it))):
        return text(ja="案件に活動が登録されています。", en="The opportunity has activities.")
    others = Conversion.opportunity_id == conversion.opportunity_id, Conversion.lead_id != conversion.lead_id
    if session.scalar(select(exists().where(*others, Conversion.cancelled_at.is_(None)))):
        return text(ja="ほかのリードもこの案件に案件化されています。", en="Another lead was converted into it.")
    changed = select(func.count()).where(
        Change.record == "opportunity",
        Change.record_id == conversion.opportunity_id,
        Change.cause_id != conversion.cause_id,
        Change.cause_kind != "handover",
    )
    if conversion.cause_id is None or session.scalar(changed):
        return text(ja="案件化のあとに案件が更新されています。", en="The opportunity was changed since.")
    return ""
