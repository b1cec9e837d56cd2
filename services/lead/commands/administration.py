"""Masters and settings: telling others of the first, changing the second."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import events

from .. import first_response
from ..matching_key import NAME
from ..models import Choice, Master, Setting
from ..schemas import FirstResponsePatch, FirstResponseRule, MatchingKey, MatchingKeyPatch


def announce_masters(session: Session) -> None:
    """Says every master whose present version was not said yet; repeating it says nothing."""
    changed = select(Master).where(Master.announced < Master.version).order_by(Master.name).with_for_update()
    for master in session.scalars(changed).all():
        choices = session.scalars(select(Choice).where(Choice.master == master.name).order_by(Choice.position))
        told = tuple(
            events.Choice(
                code=choice.code,
                label=choice.label_ja,
                meaning=choice.meaning,
                position=choice.position,
                active=choice.active,
            )
            for choice in choices
        )
        publish(session, events.MastersChanged(master=master.name, choices=told, version=master.version))
        master.announced = master.version


def set_matching_key(session: Session, patch: MatchingKeyPatch) -> MatchingKey:
    """By what persons are recognised from now on. Who is there already stays apart or together."""
    setting = session.scalars(select(Setting).where(Setting.name == NAME).with_for_update()).one()
    setting.value = patch.value
    session.flush()
    return MatchingKey(value=patch.value, version=setting.version)


def set_first_response(session: Session, patch: FirstResponsePatch) -> FirstResponseRule:
    """How long owners have from now on. Where no clock ran, it runs for leads that are given from now on."""
    setting = session.scalars(select(Setting).where(Setting.name == first_response.NAME).with_for_update()).one()
    since = setting.value["since"] if setting.value["hours"] else datetime.now(UTC).isoformat()
    setting.value = {"hours": patch.hours, "since": since}
    session.flush()
    return FirstResponseRule(hours=patch.hours, version=setting.version)
