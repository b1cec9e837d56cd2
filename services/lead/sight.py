"""Who sees which leads: an outsourced caller only those of the own group in the campaigns that were given to the caller
(管理 › ユーザー), and of them only what belongs to these campaigns; everybody else all."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import NotFound
from contracts.roles import EMPLOYEES

from .models import Action, CampaignMember, Change, Lead, Person, UserCopy


def sees_everything(actor: Actor) -> bool:
    return actor.has(*EMPLOYEES)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The leads that this person may know of."""
    if sees_everything(actor):
        return true()
    if actor.department_id is None:
        return false()
    group = select(UserCopy.user_id).where(UserCopy.department_id == actor.department_id)
    given = exists().where(CampaignMember.lead_id == Lead.id, in_sight(actor, CampaignMember.campaign_id))
    return and_(Lead.owner_id.in_(group), given.correlate(Lead))


def in_sight(actor: Actor, campaign_id: Any) -> ColumnElement[bool]:
    """Whether this person may know of what belongs to the campaign."""
    if sees_everything(actor):
        return true()
    given: ColumnElement[bool] = campaign_id.in_(
        select(func.unnest(UserCopy.campaign_ids)).where(UserCopy.user_id == actor.id)
    )
    return given


def campaigns_in_sight(session: Session, actor: Actor) -> set[int] | None:
    """The campaigns that this person may know of; None for all."""
    if sees_everything(actor):
        return None
    user = session.get(UserCopy, actor.id)
    return set(user.campaign_ids) if user else set()


def actions_in_sight(actor: Actor) -> ColumnElement[bool]:
    """Actions that belong to no campaign, or to one in sight."""
    return or_(Action.campaign_id.is_(None), in_sight(actor, Action.campaign_id))


def changes_in_sight(actor: Actor) -> ColumnElement[bool]:
    """Changes of a lead and its person, and of what belongs to campaigns in sight; by which campaign the lead was
    converted is told to those who know of all."""
    if sees_everything(actor):
        return true()
    members = select(CampaignMember.id).where(in_sight(actor, CampaignMember.campaign_id))
    actions = select(Action.id).where(actions_in_sight(actor))
    return or_(
        and_(Change.record_type.in_(("lead", "person")), Change.field != "converted_campaign_id"),
        and_(
            Change.record_type == "member",
            Change.record_id.in_(members.where(CampaignMember.lead_id == Change.lead_id)),
        ),
        and_(Change.record_type == "action", Change.record_id.in_(actions.where(Action.lead_id == Change.lead_id))),
    )


def opened(session: Session, actor: Actor, lead_id: int, lock: bool = False) -> tuple[Lead, Person]:
    """A lead with its person; with `lock`, nobody else changes it until the transaction ends (lists may still add
    campaign history to it: the lock is FOR NO KEY UPDATE). Raises NotFound."""
    query = select(Lead, Person).join(Person, Person.id == Lead.person_id).where(Lead.id == lead_id, visible(actor))
    found = session.execute(query.with_for_update(of=[Lead, Person], key_share=True) if lock else query).one_or_none()
    if found is None:
        raise _no_such_lead()
    return found[0], found[1]


def refuse_unseen(session: Session, actor: Actor, lead_id: int) -> None:
    """For what only hangs on the lead. Raises NotFound."""
    if session.scalar(select(Lead.id).where(Lead.id == lead_id, visible(actor))) is None:
        raise _no_such_lead()


def _no_such_lead() -> NotFound:
    return NotFound(ja="このリードは見つかりません。", en="There is no such lead.")


def masked(actor: Actor, email: str) -> str:
    """The address as this person may see it: `t***@example.jp` for outsourced callers."""
    if sees_everything(actor) or "@" not in email:
        return email
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain}"
