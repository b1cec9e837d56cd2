"""What the lead service hears. Rows have a queue of their own, so that news does not wait behind a large list, and the
parts of an undoing another one, so that a short list does not wait behind all parts of a long one."""

from sqlalchemy.orm import Session

from chassis.consumers import Consumers
from contracts import events

from . import commands

consumers = Consumers()


@consumers.on(events.UsersChanged)
def keep_users(session: Session, event: events.UsersChanged) -> None:
    commands.keep_users(session, event)


@consumers.on(events.CampaignSaved)
def keep_campaign(session: Session, event: events.CampaignSaved) -> None:
    commands.keep_campaign(session, event)


@consumers.on(events.OpportunitySaved)
def keep_opportunity(session: Session, event: events.OpportunitySaved) -> None:
    commands.keep_opportunity(session, event)


@consumers.on(events.RowsPrepared, queue="rows", prefetch=1, given_up=commands.give_up_rows)
def take_rows(session: Session, event: events.RowsPrepared) -> None:
    commands.take_rows(session, event)


@consumers.on(events.TurnCome, queue="rows", prefetch=1, given_up=commands.give_up_turn)
def take_turn(session: Session, event: events.TurnCome) -> None:
    commands.take_turn(session, event)


@consumers.on(events.ListFinished)
def tell_owners(session: Session, event: events.ListFinished) -> None:
    commands.tell_owners(session, event)


@consumers.on(events.ListUndoing, queue="undoings", prefetch=1, given_up=commands.give_up_undoing)
def cut_undoing(session: Session, event: events.ListUndoing) -> None:
    commands.cut_undoing(session, event)


@consumers.on(events.UndoingCut, queue="undoings", prefetch=1, given_up=commands.give_up_part)
def undo_part(session: Session, event: events.UndoingCut) -> None:
    commands.undo_part(session, event)


@consumers.on(events.ConversionCorrected)
def correct_conversion(session: Session, event: events.ConversionCorrected) -> None:
    commands.correct_conversion(session, event)


@consumers.on(events.ConversionCancelled)
def unmark_converted(session: Session, event: events.ConversionCancelled) -> None:
    commands.unmark_converted(session, event)


@consumers.on(events.LeadConverted)
def mark_converted(session: Session, event: events.LeadConverted) -> None:
    commands.mark_converted(session, event)
