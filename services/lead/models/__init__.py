"""The tables of the lead service, by subject."""

from .actions import Action
from .base import Base, among
from .changes import Assignment, Change, MemoVersion
from .copies import CampaignCopy, OpportunityCopy, UserCopy
from .exports import ExportTicket
from .leads import CampaignMember, Lead, Person
from .lists import (
    EarlyBatch,
    FormerMember,
    FurtherUndoing,
    Mention,
    PlannedBatch,
    PlannedRow,
    SettledBatch,
    Undoing,
    UndonePart,
    WaitingPart,
)
from .masters import Choice, Master, Setting

__all__ = [
    "Action",
    "Assignment",
    "Base",
    "CampaignCopy",
    "CampaignMember",
    "Change",
    "Choice",
    "EarlyBatch",
    "ExportTicket",
    "FormerMember",
    "FurtherUndoing",
    "Lead",
    "Master",
    "MemoVersion",
    "Mention",
    "OpportunityCopy",
    "Person",
    "PlannedBatch",
    "PlannedRow",
    "Setting",
    "SettledBatch",
    "Undoing",
    "UndonePart",
    "UserCopy",
    "WaitingPart",
    "among",
]
