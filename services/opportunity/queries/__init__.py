"""What can be asked of accounts, opportunities, their activities and their history."""

from .accounts import account_details, search_accounts, similar_accounts
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
    "similar_accounts",
]
