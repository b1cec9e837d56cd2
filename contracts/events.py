"""Every event of the house, declared once: what happened, in the owner's words, with what its listeners need.

A name is `<service>.<what happened>`. Fields are only ever added, with defaults; a breaking change is a new
event whose name ends in `.v2`. An event about leads carries at most 1,000 of them (`EVENT_LIMIT`).
"""

from datetime import date, datetime

from chassis.events import Event, Fact

EVENT_LIMIT = 1_000


# -- gateway ---------------------------------------------------------------------------------------------------------


class UserFact(Fact):
    """A user as other services need to know it. `name` is 姓 名 with a half-width space."""

    user_id: int
    login: str
    name: str
    email: str
    department_id: int | None = None
    department: str = ""
    roles: tuple[str, ...] = ()
    locale: str = "ja"
    active: bool = True
    version: int


class UsersChanged(Event, name="gateway.users_changed"):
    """Users were created or changed."""

    users: tuple[UserFact, ...]


# -- campaign --------------------------------------------------------------------------------------------------------


class CampaignSaved(Event, name="campaign.saved"):
    """A campaign was created or changed. `open_for_lists` is false once it has ended or was called off."""

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


# -- import ----------------------------------------------------------------------------------------------------------


class ListUploaded(Event, name="import.list_uploaded"):
    """A list file passed the gate and is stored; its rows are not read yet."""

    list_id: int


class BatchCut(Event, name="import.batch_cut"):
    """The raw rows of one batch of a list are stored and wait to be checked."""

    list_id: int
    batch: int


class PreparedRow(Fact):
    """One row of a list, cells checked and cleaned, keyed by field names of the list layout.

    `values` holds only the cells that the file has a column for; a blank cell is "". Dates are ISO text,
    owner_id and stage are resolved to what they mean.
    """

    row: int
    values: dict[str, str | int | bool | None]


class RowsPrepared(Event, name="import.rows_prepared"):
    """A batch of checked rows is ready to be matched and merged. kind: invited, participants, update."""

    list_id: int
    batch: int
    kind: str
    campaign_id: int | None = None
    rows: tuple[PreparedRow, ...]


class ListFinished(Event, name="import.list_finished"):
    """Every row of a list is settled, or the list failed and nothing more will come of it.

    status: finished, failed. The sum of outcomes is rows_read.
    """

    list_id: int
    kind: str
    campaign_id: int | None = None
    file_name: str
    status: str
    rows_read: int
    outcomes: dict[str, int]

    def subject(self) -> str:
        return f"list/{self.list_id}"


# -- lead ------------------------------------------------------------------------------------------------------------


class RowOutcome(Fact):
    """What became of one row: created, updated, unchanged, history_only, review, conflict, error."""

    row: int
    outcome: str
    lead_id: int | None = None
    reasons: tuple[dict[str, str], ...] = ()
    match: dict[str, str] | None = None


class RowsSettled(Event, name="lead.rows_settled"):
    """A batch of a list was merged; one outcome for each of its rows."""

    list_id: int
    batch: int
    outcomes: tuple[RowOutcome, ...]


class LeadFact(Fact):
    """A lead as other services need to know it."""

    lead_id: int
    number: str
    person_name: str
    company: str
    owner_id: int | None = None
    stage: str
    stage_meaning: str
    version: int


class LeadsChanged(Event, name="lead.changed"):
    """Leads were registered or changed (owner, stage, name, company). At most 1,000."""

    leads: tuple[LeadFact, ...]


class MemberFact(Fact):
    """Where one lead stands in one campaign; the last three are how far it came there, and stay true."""

    lead_id: int
    invited: bool
    responded: bool
    new_lead: bool
    version: int
    contacted: bool = False
    appointment: bool = False
    handed_over: bool = False


class MembersChanged(Event, name="lead.members_changed"):
    """Leads joined a campaign's history, were invited, responded, or came further in it. At most 1,000."""

    campaign_id: int
    members: tuple[MemberFact, ...]


class AssignedLead(Fact):
    lead_id: int
    number: str
    person_name: str
    company: str


class LeadsAssigned(Event, name="lead.assigned"):
    """One act (a bulk change, a list, an edit) made somebody owner of `count` leads; said once per new owner and act.

    `leads` are the first 20 of them. `act`: bulk, list, edit, undoing. `list_id` for a list.
    """

    owner_id: int
    count: int
    leads: tuple[AssignedLead, ...]
    act: str
    list_id: int | None = None


class LeadsTakenBack(Event, name="lead.taken_back"):
    """The taking back of a bulk change took `count` leads from an owner again; said once per owner.

    `leads` are the first 20 of them.
    """

    owner_id: int
    count: int
    leads: tuple[AssignedLead, ...]


class Choice(Fact):
    """One value of a master: `code` is stored, `label` is shown, `meaning` is what code may test."""

    code: str
    label: str
    meaning: str
    position: int
    active: bool = True


class MastersChanged(Event, name="lead.masters_changed"):
    """The choices of a lead master (lead-stages, member-statuses, lead-sources, …) as they now are, all of them."""

    master: str
    choices: tuple[Choice, ...]
    version: int

    def subject(self) -> str:
        return f"master/{self.master}"


# -- opportunity -----------------------------------------------------------------------------------------------------


class LeadConverted(Event, name="opportunity.lead_converted"):
    """A lead became an opportunity (案件化). `notify`: the salesperson wants, or does not want, to be told."""

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
    converted_at: datetime

    def subject(self) -> str:
        return f"lead/{self.lead_id}"


class ConversionCancelled(Event, name="opportunity.conversion_cancelled"):
    """The conversion of a lead was taken back: the lead goes back to the stage that it had before; with `nurturing`
    (再育成) to the last of the stages in which leads are worked."""

    lead_id: int
    opportunity_id: int
    campaign_id: int
    converted_at: datetime
    cancelled_at: datetime
    nurturing: bool = False

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
