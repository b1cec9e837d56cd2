"""Everything the import service can do."""

from .checking import check_batch
from .copies import remember_campaign, remember_master, remember_users
from .correcting import read_corrections, register_corrections
from .exporting import export_search, note_download
from .reading import read_list
from .registering import register_list
from .settling import settle_batch
from .undoing import settle_undoing, undo_list

__all__ = [
    "check_batch",
    "export_search",
    "note_download",
    "read_corrections",
    "read_list",
    "register_corrections",
    "register_list",
    "remember_campaign",
    "remember_master",
    "remember_users",
    "settle_batch",
    "settle_undoing",
    "undo_list",
]
