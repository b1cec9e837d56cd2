"""Opportunity: owns accounts, opportunities with their activities, conversions (案件化) of leads, and the masters that
they use.

Says opportunity.lead_converted, opportunity.conversion_corrected, opportunity.conversion_cancelled,
opportunity.handover_changed and opportunity.saved.
Hears gateway.users_changed, campaign.saved and lead.changed, whose names it shows. Calls lead, because a person
waits for a conversion.
"""

from chassis.service import Service

from . import consumers, models, routes

service = Service(
    "opportunity",
    routes=routes.routes,
    consumers=consumers.consumers,
    metadata=models.Base.metadata,
    calls={"lead": "a person waits for a conversion: may this person convert this lead, for which campaigns"},
)
