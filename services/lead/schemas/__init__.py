"""Shapes of requests and answers: leads to read, leads to write, actions, masters and settings."""

from .actions import ActionDetails, ActionDraft, ActionPage
from .assignments import AssignmentDetails, KeptLead, UndoingShape
from .changes import ChangePage, ChangeShape
from .leads import (
    ConversionCheck,
    ConversionQuery,
    ExportQuery,
    LeadCounts,
    LeadDetails,
    LeadFilters,
    LeadPage,
    LeadSearch,
    LeadSummary,
    MemberShape,
    Neighbours,
    PersonShape,
    StageShape,
)
from .masters import ChoicePage, ChoiceShape, MatchingKey, MatchingKeyPatch
from .persons import PersonPage, PersonSearch
from .writing import AssignmentDraft, AssignmentResult, LeadDraft, LeadEdit, LeadPatch, PersonEdit

__all__ = [
    "ActionDetails",
    "ActionDraft",
    "ActionPage",
    "AssignmentDetails",
    "AssignmentDraft",
    "AssignmentResult",
    "ChangePage",
    "ChangeShape",
    "ChoicePage",
    "ChoiceShape",
    "ConversionCheck",
    "ConversionQuery",
    "ExportQuery",
    "KeptLead",
    "LeadCounts",
    "LeadDetails",
    "LeadDraft",
    "LeadEdit",
    "LeadFilters",
    "LeadPage",
    "LeadPatch",
    "LeadSearch",
    "LeadSummary",
    "MatchingKey",
    "MatchingKeyPatch",
    "MemberShape",
    "Neighbours",
    "PersonEdit",
    "PersonPage",
    "PersonSearch",
    "PersonShape",
    "StageShape",
    "UndoingShape",
]
