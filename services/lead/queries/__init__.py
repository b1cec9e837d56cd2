"""The questions that this service answers."""

from .actions import action_of_lead, count_actions, lead_actions, search_actions
from .assignments import assignment_details
from .conversion import conversion_check
from .export import export_rows
from .history import lead_changes, person_changes
from .leads import count_leads, search_leads
from .masters import current_first_response, current_matching_key
from .memo import memo_versions
from .neighbours import neighbours
from .persons import person_details, search_persons
from .whole import whole_lead

__all__ = [
    "action_of_lead",
    "assignment_details",
    "conversion_check",
    "count_actions",
    "count_leads",
    "current_first_response",
    "current_matching_key",
    "export_rows",
    "lead_actions",
    "lead_changes",
    "memo_versions",
    "neighbours",
    "person_changes",
    "person_details",
    "search_actions",
    "search_leads",
    "search_persons",
    "whole_lead",
]
