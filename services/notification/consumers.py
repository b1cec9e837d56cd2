"""Event door: whose users there are, and what people are to be told of."""

from sqlalchemy.orm import Session

from chassis.consumers import Consumers
from contracts import events

from . import commands

consumers = Consumers()


@consumers.on(events.UsersChanged)
def keep_users(session: Session, event: events.UsersChanged) -> None:
    commands.keep_users(session, event.users)


@consumers.on(events.LeadsAssigned)
def tell_of_assignment(session: Session, event: events.LeadsAssigned) -> None:
    commands.tell_of_assignment(session, event)


@consumers.on(events.LeadsTakenBack)
def tell_of_taking_back(session: Session, event: events.LeadsTakenBack) -> None:
    commands.tell_of_taking_back(session, event)


@consumers.on(events.FirstResponsesOverdue)
def tell_of_overdue_responses(session: Session, event: events.FirstResponsesOverdue) -> None:
    commands.tell_of_overdue_responses(session, event)


@consumers.on(events.HandoverChanged)
def tell_of_handover(session: Session, event: events.HandoverChanged) -> None:
    commands.tell_of_handover(session, event)


@consumers.on(events.LeadConverted)
def tell_of_conversion(session: Session, event: events.LeadConverted) -> None:
    commands.tell_of_conversion(session, event)


@consumers.on(events.ConversionCancelled)
def tell_of_cancellation(session: Session, event: events.ConversionCancelled) -> None:
    commands.tell_of_cancellation(session, event)
