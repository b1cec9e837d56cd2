"""Every event of the house, declared once, in the module of who says it: what happened, in the owner's words, with what
its listeners need.

A name is `<service>.<what happened>`. Fields are only ever added, with defaults; a breaking change is a new
event whose name ends in `.v2`. An event about leads carries at most 1,000 of them (`EVENT_LIMIT`).
"""

from .campaign import CampaignSaved
from .gateway import UserFact, UsersChanged
from .lead import (
    AssignedLead,
    Choice,
    FieldChange,
    FirstResponsesOverdue,
    KeptLead,
    KeptLeadsUndone,
    LeadFact,
    LeadsAssigned,
    LeadsChanged,
    LeadsTakenBack,
    MastersChanged,
    MemberFact,
    MembersChanged,
    RowOutcome,
    RowsSettled,
    TurnCome,
    UndoingCut,
    UndoingSettled,
)
from .lists import (
    BatchCut,
    CorrectionsUploaded,
    ExportRequested,
    LargeCorrectionsUploaded,
    LargeListUploaded,
    ListFinished,
    ListUndoing,
    ListUploaded,
    RowsPrepared,
    by_columns,
)
from .opportunity import ConversionCancelled, ConversionCorrected, HandoverChanged, LeadConverted, OpportunitySaved

EVENT_LIMIT = 1_000

__all__ = [
    "EVENT_LIMIT",
    "AssignedLead",
    "BatchCut",
    "CampaignSaved",
    "Choice",
    "ConversionCancelled",
    "ConversionCorrected",
    "CorrectionsUploaded",
    "ExportRequested",
    "FieldChange",
    "FirstResponsesOverdue",
    "HandoverChanged",
    "KeptLead",
    "KeptLeadsUndone",
    "LargeCorrectionsUploaded",
    "LargeListUploaded",
    "LeadConverted",
    "LeadFact",
    "LeadsAssigned",
    "LeadsChanged",
    "LeadsTakenBack",
    "ListFinished",
    "ListUndoing",
    "ListUploaded",
    "MastersChanged",
    "MemberFact",
    "MembersChanged",
    "OpportunitySaved",
    "RowOutcome",
    "RowsPrepared",
    "RowsSettled",
    "TurnCome",
    "UndoingCut",
    "UndoingSettled",
    "UserFact",
    "UsersChanged",
    "by_columns",
]
