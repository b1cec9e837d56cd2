"""What can be asked of accounts, opportunities, their activities and their history."""

from .accounts import account_details, search_accounts
from .board import show_board
from .duplicates import possible_duplicates, similar_accounts
from .handovers import (
    active_conversion,
    concerns,
    conversion_behind,
    handover_details,
    is_won,
    newest_handover,
    show_conversion,
    show_handover,
    what_was_built,
)
from .opportunities import (
    activities_of_lead,
    activity_details,
    find_activity,
    list_activities,
    opportunity_details,
    search_opportunities,
)
from .records import find, list_changes

__all__ = [
    "account_details",
    "active_conversion",
    "activities_of_lead",
    "activity_details",
    "concerns",
    "conversion_behind",
    "find",
    "find_activity",
    "handover_details",
    "is_won",
    "list_activities",
    "list_changes",
    "newest_handover",
    "opportunity_details",
    "possible_duplicates",
    "search_accounts",
    "search_opportunities",
    "show_board",
    "show_conversion",
    "show_handover",
    "similar_accounts",
    "what_was_built",
]
