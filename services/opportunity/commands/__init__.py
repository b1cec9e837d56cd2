"""What can be done with accounts and opportunities, and what the service takes note of."""

from .accounts import change_account, create_account
from .activities import correct_activity, register_activity
from .cancelling import cancel_conversion, nurture_again
from .conversions import convert_lead
from .copies import remember_campaign, remember_leads, remember_users
from .handovers import accept_handover, request_handover, return_handover
from .masters import create_choice, edit_choice
from .opportunities import change_opportunity, create_opportunity

__all__ = [
    "accept_handover",
    "cancel_conversion",
    "change_account",
    "change_opportunity",
    "convert_lead",
    "correct_activity",
    "create_account",
    "create_choice",
    "create_opportunity",
    "edit_choice",
    "nurture_again",
    "register_activity",
    "remember_campaign",
    "remember_leads",
    "remember_users",
    "request_handover",
    "return_handover",
]
