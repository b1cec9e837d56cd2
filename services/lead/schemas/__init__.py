"""Shapes of requests and answers: leads to read, leads to write, actions, masters and settings."""

from .actions import (
    ActionCounts,
    ActionDetails,
    ActionDraft,
    ActionPage,
    ActionPatch,
    ActionSearch,
    ActionSpan,
    FoundActions,
)
from .assignments import AssignmentDetails, KeptLead, UndoingShape
from .changes import ChangePage, ChangeShape, MemoPage, MemoShape
from .exports import ExportTicketDraft, ExportTicketShape
from .leads import (
    ConversionCheck,
    ExportQuery,
    LeadCounts,
    LeadDetails,
    LeadFilters,
    LeadPage,
    LeadSearch,
    LeadSummary,
    MemberShape,
    StageShape,
)
from .masters import ChoiceShape, FirstResponsePatch, FirstResponseRule, MatchingKey, MatchingKeyPatch
from .members import MemberDraft, MemberEdit, MemberPatch
from .neighbours import Neighbours
from .people import PersonShape
from .persons import (
    PersonDetails,
    PersonDraft,
    PersonExportQuery,
    PersonFilters,
    PersonPage,
    PersonPatch,
    PersonSearch,
)
from .whole import LeadQuery, WholeLead
from .writing import AssignmentDraft, AssignmentResult, LeadDraft, LeadEdit, LeadPatch, PersonEdit

__all__ = [
    "ActionCounts",
    "ActionDetails",
    "ActionDraft",
    "ActionPage",
    "ActionPatch",
    "ActionSearch",
    "ActionSpan",
    "AssignmentDetails",
    "AssignmentDraft",
    "AssignmentResult",
    "ChangePage",
    "ChangeShape",
    "ChoiceShape",
    "ConversionCheck",
    "ExportQuery",
    "ExportTicketDraft",
    "ExportTicketShape",
    "FirstResponsePatch",
    "FirstResponseRule",
    "FoundActions",
    "KeptLead",
    "LeadCounts",
    "LeadDetails",
    "LeadDraft",
    "LeadEdit",
    "LeadFilters",
    "LeadPage",
    "LeadPatch",
    "LeadQuery",
    "LeadSearch",
    "LeadSummary",
    "MatchingKey",
    "MatchingKeyPatch",
    "MemberDraft",
    "MemberEdit",
    "MemberPatch",
    "MemberShape",
    "MemoPage",
    "MemoShape",
    "Neighbours",
    "PersonDetails",
    "PersonDraft",
    "PersonEdit",
    "PersonExportQuery",
    "PersonFilters",
    "PersonPage",
    "PersonPatch",
    "PersonSearch",
    "PersonShape",
    "StageShape",
    "UndoingShape",
    "WholeLead",
]
