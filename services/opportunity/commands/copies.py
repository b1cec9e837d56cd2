"""Taking note of users, campaigns and leads, whose names are shown."""

from sqlalchemy.orm import Session

from chassis.copies import keep_newest
from contracts.events import CampaignSaved, LeadsChanged, UsersChanged

from ..models import CampaignCopy, LeadCopy, UserCopy


def remember_users(session: Session, event: UsersChanged) -> None:
    keep_newest(session, UserCopy, event.users, newness="version")


def remember_campaign(session: Session, event: CampaignSaved) -> None:
    keep_newest(session, CampaignCopy, [event], newness="version")


def remember_leads(session: Session, event: LeadsChanged) -> None:
    keep_newest(session, LeadCopy, event.leads, newness="version")
