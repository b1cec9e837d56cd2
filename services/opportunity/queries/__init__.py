"""What can be asked of accounts, opportunities, their activities and their history."""

from .accounts import account_details, search_accounts, similar_accounts
from .board import show_board
from .opportunities import list_activities, opportunity_details, search_opportunities
from .records import choices_of, find, list_changes

__all__ = [
    "account_details",
    "choices_of",
    "find",
    "list_activities",
    "list_changes",
    "opportunity_details",
    "search_accounts",
    "search_opportunities",
    "show_board",
    "similar_accounts",
]
