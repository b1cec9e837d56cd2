"""Of what people are told."""

PRODUCT = "Tsunagi"
OWN_LEADS = "/leads?owner=me"

LEAD_ASSIGNED = "lead_assigned"
LEAD_TAKEN_BACK = "lead_taken_back"
FIRST_RESPONSE_OVERDUE = "first_response_overdue"
LEAD_CONVERTED = "lead_converted"
CONVERSION_CANCELLED = "conversion_cancelled"
INTO_EXISTING = "conversion_into_existing"  # an act of both
HANDOVERS = {  # by what was said of a handover
    "requested": "handover_requested",
    "accepted": "handover_accepted",
    "returned": "handover_returned",
}
