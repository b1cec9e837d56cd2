"""Lead: owns persons, leads with their campaign history, actions and changes, 名寄せ, and the masters of leads.

Says lead.rows_settled.v2, lead.members_changed, lead.changed, lead.assigned, lead.taken_back, lead.turn_come and
lead.undoing_cut (to its own workers), lead.undoing_settled, lead.first_responses_overdue and lead.masters_changed.
Hears gateway.users_changed and campaign.saved (whose names it shows), import.rows_prepared.v2 and lead.turn_come
(which it merges), import.list_finished (after which new owners are told), import.list_undoing and lead.undoing_cut
(which it undoes), opportunity.lead_converted, opportunity.conversion_corrected, opportunity.conversion_cancelled and
opportunity.saved (whose lead no list takes away). Calls nobody.
"""

from chassis.service import Service

from . import commands, consumers, models, routes

service = Service(
    "lead",
    routes=routes.routes,
    consumers=consumers.consumers,
    metadata=models.Base.metadata,
    on_migrate=commands.announce_masters,
    every_minute=commands.escalate_first_responses,
    tools={"say-members": commands.say_members},
)
