"""Campaign: owns campaigns with their goals, budget and stakeholders, and the masters that they use.

Says campaign.saved. Hears gateway.users_changed (whose names it shows), lead.members_changed,
opportunity.lead_converted, opportunity.conversion_corrected, opportunity.conversion_cancelled and opportunity.saved
(which a campaign's results are counted from). Calls nobody.
"""

from chassis.service import Service

from . import consumers, models, routes

service = Service("campaign", routes=routes.routes, consumers=consumers.consumers, metadata=models.Base.metadata)
