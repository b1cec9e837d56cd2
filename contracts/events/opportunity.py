"""What opportunity says: conversions, handovers, opportunities as they are saved."""

from datetime import datetime

from chassis.events import Event


class LeadConverted(Event, name="opportunity.lead_converted"):
    """A lead became an opportunity (案件化). `notify`: the salesperson wants, or does not want, to be told. `lead_name`
    is the person's, blank where it is not known."""

    lead_id: int
    opportunity_id: int
    opportunity_name: str
    account_id: int
    account_name: str
    campaign_id: int
    main_owner_id: int
    amount: int | None = None
    notify: bool
    new_opportunity: bool = True
    lead_name: str = ""
    handover_memo: str = ""
    converted_at: datetime

    def subject(self) -> str:
        return f"lead/{self.lead_id}"


class ConversionCorrected(Event, name="opportunity.conversion_corrected"):
    """The campaign of an opportunity was corrected, and with it the campaign that this conversion is credited to."""

    lead_id: int
    opportunity_id: int
    campaign_id: int
    corrected_at: datetime

    def subject(self) -> str:
        return f"lead/{self.lead_id}"


class ConversionCancelled(Event, name="opportunity.conversion_cancelled"):
    """The conversion of a lead was taken back: the lead goes back to the stage that it had before; with `nurturing`
    (再育成) to the last of the stages in which leads are worked. `new_opportunity`: the conversion had made the
    opportunity, which is `main_owner_id`'s; `notify`: who that is knows of it, and is to be told that it is over."""

    lead_id: int
    opportunity_id: int
    campaign_id: int
    converted_at: datetime
    cancelled_at: datetime
    nurturing: bool = False
    opportunity_name: str = ""
    account_name: str = ""
    lead_name: str = ""
    main_owner_id: int | None = None
    new_opportunity: bool = True
    notify: bool = False
    reason: str = ""

    def subject(self) -> str:
        return f"lead/{self.lead_id}"


class HandoverChanged(Event, name="opportunity.handover_changed"):
    """Somebody was asked to take an opportunity over after it was made (`state` requested; whoever is asked by the
    conversion itself learns it from opportunity.lead_converted), accepted, or returned it. `notify`: whether the
    recipient is to be told of a request."""

    opportunity_id: int
    opportunity_name: str
    account_name: str
    state: str
    requester_id: int
    recipient_id: int
    message: str = ""
    reason: str = ""
    notify: bool = True

    def subject(self) -> str:
        return f"opportunity/{self.opportunity_id}"


class OpportunitySaved(Event, name="opportunity.saved"):
    """An opportunity was created or changed. `phase_meaning`: open, won, lost, on_hold. `cancelled`: the
    conversion that made it was taken back; it counts nowhere, and its phase means lost."""

    opportunity_id: int
    opportunity_name: str
    account_id: int
    campaign_id: int
    lead_id: int | None = None
    main_owner_id: int
    phase_meaning: str
    amount: int | None = None
    version: int
    cancelled: bool = False

    def subject(self) -> str:
        return f"opportunity/{self.opportunity_id}"
