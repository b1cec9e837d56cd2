"""Keeping what other services say; older news is ignored."""

from sqlalchemy.orm import Session

from chassis.copies import keep_newest
from contracts import events

from ..models import CampaignCopy, MasterCopy, UserCopy


def remember_users(session: Session, event: events.UsersChanged) -> None:
    keep_newest(session, UserCopy, event.users, "version")


def remember_campaign(session: Session, event: events.CampaignSaved) -> None:
    fact = {
        "campaign_id": event.campaign_id,
        "code": event.code,
        "name": event.campaign_name,
        "open_for_lists": event.open_for_lists,
        "version": event.version,
    }
    keep_newest(session, CampaignCopy, [fact], "version")


def remember_master(session: Session, event: events.MastersChanged) -> None:
    choices = [choice.model_dump() for choice in sorted(event.choices, key=lambda choice: choice.position)]
    fact = {"master": event.master, "choices": choices, "version": event.version}
    keep_newest(session, MasterCopy, [fact], "version")
