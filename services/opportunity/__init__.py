"""Opportunity: owns accounts, opportunities with their activities, and conversions (案件化) of leads.

Says opportunity.lead_converted and opportunity.saved. Hears gateway.users_changed, campaign.saved and lead.changed
(whose names it shows). Calls lead.
"""

from chassis.routes import Routes
from chassis.service import Service

from . import models

service = Service(
    "opportunity",
    routes=Routes(),
    metadata=models.Base.metadata,
    calls={
        "lead": "a conversion waits for lead to say whether this lead may be converted, by whom and for which campaign"
    },
)
