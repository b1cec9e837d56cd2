"""What the import service hears. Its own events have queues of their own: reading, checking, writing are heavy work."""

from sqlalchemy.orm import Session

from chassis.consumers import Consumers
from contracts import events

from . import commands

consumers = Consumers()


def give_up_reading(session: Session, event: events.ListUploaded | events.LargeListUploaded) -> None:
    commands.give_up_reading(session, event.list_id, event.after)


def give_up_corrections(session: Session, event: events.CorrectionsUploaded | events.LargeCorrectionsUploaded) -> None:
    commands.give_up_corrections(session, event.correction_id)


def give_up_batch(session: Session, event: events.BatchCut) -> None:
    commands.give_up_batch(session, event.list_id, event.batch, event.round)


def give_up_export(session: Session, event: events.ExportRequested) -> None:
    commands.give_up_export(session, event.export_id)


@consumers.on(events.ListUploaded, queue="lists", prefetch=1, given_up=give_up_reading)
def read_list(session: Session, event: events.ListUploaded) -> None:
    commands.read_list(session, event.list_id, event.after)


@consumers.on(events.LargeListUploaded, queue="large-lists", prefetch=1, given_up=give_up_reading)
def read_large_list(session: Session, event: events.LargeListUploaded) -> None:
    commands.read_list(session, event.list_id, event.after)


@consumers.on(events.CorrectionsUploaded, queue="lists", prefetch=1, given_up=give_up_corrections)
def read_corrections(session: Session, event: events.CorrectionsUploaded) -> None:
    commands.read_corrections(session, event.correction_id)


@consumers.on(events.LargeCorrectionsUploaded, queue="large-lists", prefetch=1, given_up=give_up_corrections)
def read_large_corrections(session: Session, event: events.LargeCorrectionsUploaded) -> None:
    commands.read_corrections(session, event.correction_id)


@consumers.on(events.BatchCut, queue="batches", prefetch=1, given_up=give_up_batch)
def check_batch(session: Session, event: events.BatchCut) -> None:
    commands.check_batch(session, event.list_id, event.batch, event.round)


@consumers.on(events.ExportRequested, queue="exports", prefetch=1, given_up=give_up_export)
def write_export(session: Session, event: events.ExportRequested) -> None:
    commands.write_export(session, event.export_id)


@consumers.on(events.RowsSettled, given_up=commands.give_up_settling)
def settle_batch(session: Session, event: events.RowsSettled) -> None:
    commands.settle_batch(session, event)


@consumers.on(events.UndoingSettled, given_up=commands.give_up_counting)
def settle_undoing(session: Session, event: events.UndoingSettled) -> None:
    commands.settle_undoing(session, event)


@consumers.on(events.KeptLeadsUndone)
def forget_kept(session: Session, event: events.KeptLeadsUndone) -> None:
    commands.forget_kept(session, event)


@consumers.on(events.UsersChanged)
def remember_users(session: Session, event: events.UsersChanged) -> None:
    commands.remember_users(session, event)


@consumers.on(events.CampaignSaved)
def remember_campaign(session: Session, event: events.CampaignSaved) -> None:
    commands.remember_campaign(session, event)


@consumers.on(events.MastersChanged)
def remember_master(session: Session, event: events.MastersChanged) -> None:
    commands.remember_master(session, event)
