"""Everything the import service can do."""

from .asking import answer_question, forget_meanings
from .cancelling import cancel_list, retry_list
from .checking import check_batch
from .choosing import choose_values
from .committing import commit_list, discard_list
from .copies import remember_campaign, remember_master, remember_users
from .correcting import read_corrections, register_corrections
from .exporting import note_download, note_list_download, request_errors, request_export, write_export
from .giving_up import (
    give_up_batch,
    give_up_corrections,
    give_up_counting,
    give_up_export,
    give_up_reading,
    give_up_settling,
)
from .reading import read_list
from .registering import register_list
from .resuming import resume_list
from .settling import settle_batch
from .tidying import tidy_up
from .undoing import forget_kept, settle_undoing, undo_list

__all__ = [
    "answer_question",
    "cancel_list",
    "check_batch",
    "choose_values",
    "commit_list",
    "discard_list",
    "forget_kept",
    "forget_meanings",
    "give_up_batch",
    "give_up_corrections",
    "give_up_counting",
    "give_up_export",
    "give_up_reading",
    "give_up_settling",
    "note_download",
    "note_list_download",
    "read_corrections",
    "read_list",
    "register_corrections",
    "register_list",
    "remember_campaign",
    "remember_master",
    "remember_users",
    "request_errors",
    "request_export",
    "resume_list",
    "retry_list",
    "settle_batch",
    "settle_undoing",
    "tidy_up",
    "undo_list",
    "write_export",
]
