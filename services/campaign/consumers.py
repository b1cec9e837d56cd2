"""What the campaign service hears."""

from sqlalchemy.orm import Session

from chassis.consumers import Consumers
from contracts import events

from . import commands

consumers = Consumers()


@consumers.on(events.UsersChanged)
def remember_users(session: Session, event: events.UsersChanged) -> None:
    commands.remember_users(session, event)


@consumers.on(events.MembersChanged)
def note_members(session: Session, event: events.MembersChanged) -> None:
    commands.note_members(session, event)


@consumers.on(events.LeadConverted)
def note_conversion(session: Session, event: events.LeadConverted) -> None:
    commands.note_conversion(session, event)


@consumers.on(events.ConversionCorrected)
def correct_conversion(session: Session, event: events.ConversionCorrected) -> None:
    commands.correct_conversion(session, event)


@consumers.on(events.ConversionCancelled)
def forget_conversion(session: Session, event: events.ConversionCancelled) -> None:
    commands.forget_conversion(session, event)


@consumers.on(events.OpportunitySaved)
def remember_opportunity(session: Session, event: events.OpportunitySaved) -> None:
    commands.remember_opportunity(session, event)
