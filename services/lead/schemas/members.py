"""キャンペーン履歴 by hand: a lead joins a campaign, or where it stands in one is put right."""

from pydantic import Field

from chassis.shapes import Id, Shape

from .writing import LongText, Text, When


class MemberEdit(Shape):
    """What is given is changed. `status` is a code of member-statuses; whether it is a response, its meaning says."""

    status: Text | None = None
    invited: bool | None = None
    invited_at: When | None = Field(None, description="now, where somebody is invited and nothing is told")
    channel: Text | None = Field(None, description="by which way the person was invited")
    responded_at: When | None = Field(None, description="the latest response; now unless told")
    survey: LongText | None = None
    interest: LongText | None = None
    note: LongText | None = None


class MemberDraft(MemberEdit):
    campaign_id: Id
    status: Text


class MemberPatch(MemberEdit):
    version: int
