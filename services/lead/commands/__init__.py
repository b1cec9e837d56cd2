"""Everything that this service can do."""

from .actions import register_action
from .administration import announce_masters, set_first_response, set_matching_key
from .assigning import assign_leads
from .converting import correct_conversion, mark_converted, unmark_converted
from .copies import keep_campaign, keep_opportunity, keep_users
from .correcting import correct_action, take_action_back
from .editing import edit_lead
from .escalating import escalate_first_responses
from .exporting import give_ticket
from .lists import give_up_rows, give_up_turn, take_rows, take_turn, tell_owners
from .masters import create_choice, edit_choice
from .members import edit_member, join_campaign
from .news import say_members
from .persons import edit_person, register_person
from .registering import register_lead
from .taking_back import cut_undoing, give_up_part, give_up_undoing, undo_part
from .undoing import undo_assignment

__all__ = [
    "announce_masters",
    "assign_leads",
    "correct_action",
    "correct_conversion",
    "create_choice",
    "cut_undoing",
    "edit_choice",
    "edit_lead",
    "edit_member",
    "edit_person",
    "escalate_first_responses",
    "give_ticket",
    "give_up_part",
    "give_up_rows",
    "give_up_turn",
    "give_up_undoing",
    "join_campaign",
    "keep_campaign",
    "keep_opportunity",
    "keep_users",
    "mark_converted",
    "register_action",
    "register_lead",
    "register_person",
    "say_members",
    "set_first_response",
    "set_matching_key",
    "take_action_back",
    "take_rows",
    "take_turn",
    "tell_owners",
    "undo_assignment",
    "undo_part",
    "unmark_converted",
]
