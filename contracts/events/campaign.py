"""What campaign says: campaigns as they are saved."""

from datetime import date

from chassis.events import Event


class CampaignSaved(Event, name="campaign.saved"):
    """A campaign was created or changed. `open_for_lists` is false once it was called off."""

    campaign_id: int
    code: str
    campaign_name: str
    category: str
    status: str
    start_date: date | None = None
    end_date: date | None = None
    owner_id: int
    department_id: int | None = None
    open_for_lists: bool = True
    version: int

    def subject(self) -> str:
        return f"campaign/{self.campaign_id}"
