"""Import: owns uploaded lists with their rows and outcomes, exports, and the ledger of who took what out.

Says import.list_uploaded, import.large_list_uploaded, import.corrections_uploaded, import.batch_cut and
import.export_requested (to its own workers, so that a large list is shared among them and a short one does not wait
behind it), import.rows_prepared.v2, import.list_undoing, import.list_finished. Hears its own five,
lead.rows_settled.v2, lead.undoing_settled, and what cells and drop-downs are checked against: gateway.users_changed,
campaign.saved, lead.masters_changed. Calls lead for the rows of an export, and campaign about a campaign too new to
have been heard of.
"""

from chassis.service import Service

from . import commands, consumers, models, routes

service = Service(
    "import",
    routes=routes.routes,
    consumers=consumers.consumers,
    metadata=models.Base.metadata,
    every_minute=commands.tidy_up,
    calls={
        "lead": "an export holds the leads that the caller's search finds, with the caller's permissions",
        "campaign": "a list may be registered in the second in which its campaign was made",
    },
)
