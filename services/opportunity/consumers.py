"""What the opportunity service hears."""

from sqlalchemy.orm import Session

from chassis.consumers import Consumers
from contracts import events

from . import commands

consumers = Consumers()


@consumers.on(events.UsersChanged)
def remember_users(session: Session, event: events.UsersChanged) -> None:
    commands.remember_users(session, event)


@consumers.on(events.CampaignSaved)
def remember_campaign(session: Session, event: events.CampaignSaved) -> None:
    commands.remember_campaign(session, event)


@consumers.on(events.LeadsChanged)
def remember_leads(session: Session, event: events.LeadsChanged) -> None:
    commands.remember_leads(session, event)
