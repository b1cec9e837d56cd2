"""The tables of the import service, by subject."""

from .base import Base
from .copies import CampaignCopy, MasterCopy, UserCopy
from .exports import Export, LedgerEntry
from .lists import (
    CANCELLABLE,
    CHANGING_OUTCOMES,
    OPEN_OUTCOMES,
    OUTCOMES,
    RUNNING,
    Batch,
    Correction,
    FormerRow,
    HeaderMeaning,
    KeptLead,
    MovedRow,
    ReleasedLead,
    RowOutcome,
    UploadedList,
    UploadedRow,
)

__all__ = [
    "CANCELLABLE",
    "CHANGING_OUTCOMES",
    "OPEN_OUTCOMES",
    "OUTCOMES",
    "RUNNING",
    "Base",
    "Batch",
    "CampaignCopy",
    "Correction",
    "Export",
    "FormerRow",
    "HeaderMeaning",
    "KeptLead",
    "LedgerEntry",
    "MasterCopy",
    "MovedRow",
    "ReleasedLead",
    "RowOutcome",
    "UploadedList",
    "UploadedRow",
    "UserCopy",
]
