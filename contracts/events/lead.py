"""What lead says: leads, their campaign history, whom they are assigned to, what became of a list's rows, masters."""

from datetime import datetime

from chassis.events import Event, Fact


class FieldChange(Fact):
    """A field of the list layout that a row changed, or in a conflict would change: what the lead had and what the file
    has; in a conflict also what had been exported. `besides`: of a row that is a conflict, but not for this field: it
    is written whatever is chosen."""

    field: str
    before: str | int | bool | None = None
    after: str | int | bool | None = None
    exported: str | int | bool | None = None
    besides: bool = False


class RowOutcome(Fact):
    """What became of one row: created, updated, unchanged, history_only, review, conflict, error. `seen`: the version
    of the lead with which a conflict was found."""

    row: int
    outcome: str
    lead_id: int | None = None
    reasons: tuple[dict[str, str], ...] = ()
    match: dict[str, str] | None = None
    changes: tuple[FieldChange, ...] = ()
    seen: int | None = None


class RowsSettled(Event, name="lead.rows_settled.v2", formerly="lead.rows_settled", terse=True):
    """A batch of a list was merged, or planned (`plan`). Each of its rows is either in `created`, which made a lead and
    of which nothing more is to be said, or has one of the `outcomes`. `created_leads`: the leads of `created`, in their
    order; none in a plan. Formerly those were outcomes, too."""

    list_id: int
    batch: int
    created: tuple[int, ...] = ()
    created_leads: tuple[int, ...] = ()
    outcomes: tuple[RowOutcome, ...] = ()
    plan: bool = False

    def made(self) -> dict[int, int | None]:
        """Row of `created` → its lead."""
        return dict(zip(self.created, self.created_leads or (None,) * len(self.created), strict=True))


class TurnCome(Event, name="lead.turn_come"):
    """A batch of a list that had come before its turn has it now, but could not be taken together with the batch before
    it: it is tried by itself."""

    list_id: int
    batch: int
    plan: bool = False


class UndoingCut(Event, name="lead.undoing_cut"):
    """Part of the leads that a list touched, at most 1,000: what the list did to them waits to be undone. `leads`: how
    many this act is about in all its parts: all that the list touched, or those that a fault had left before. `parts`:
    how many parts there are, with those of acts before; 0 from the version that did not count them."""

    list_id: int
    part: int
    lead_ids: tuple[int, ...]
    leads: int
    parts: int = 0


class KeptLead(Fact):
    """A lead that an undoing left as it is, since somebody worked on it: when last, and who. `other_list`: nobody did,
    but another list, which is not taken back, has the lead in it, too; when it came in, and by whom."""

    lead_id: int
    changed_at: datetime
    changed_by: int | None = None
    other_list: int | None = None


class UndoingSettled(Event, name="lead.undoing_settled"):
    """One part of a list was undone: `undone` of its leads are as they were, or gone; the others are `kept`, or
    `failed`: a fault of the system left them as they are; at most 1,000, which another act may undo. `leads`, `parts`:
    as the part was cut with them. `given_up`: by a fault of the system nothing was undone at all."""

    list_id: int
    part: int
    leads: int
    undone: int
    kept: tuple[KeptLead, ...]
    given_up: bool = False
    failed: tuple[int, ...] = ()
    parts: int = 0


class KeptLeadsUndone(Event, name="lead.kept_leads_undone"):
    """Leads that the undoing of a list had kept are as they were before it after all: another list, on account of which
    they had been kept, was taken back, too. At most 1,000, some of which were not kept, perhaps."""

    list_id: int
    lead_ids: tuple[int, ...]


class LeadFact(Fact):
    """A lead as other services need to know it. `removed`: there is no such lead any more; it never comes back."""

    lead_id: int
    number: str
    person_name: str
    company: str
    owner_id: int | None = None
    stage: str
    stage_meaning: str
    version: int
    removed: bool = False


class LeadsChanged(Event, name="lead.changed"):
    """Leads were registered, changed (owner, stage, name, company) or removed. At most 1,000."""

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


class MembersChanged(Event, name="lead.members_changed", terse=True):
    """Leads joined a campaign's history, were invited, responded, or came further in it; or that was taken back, and of
    who is no member any more nothing is true. At most 1,000."""

    campaign_id: int
    members: tuple[MemberFact, ...]


class AssignedLead(Fact):
    lead_id: int
    number: str
    person_name: str
    company: str


class LeadsAssigned(Event, name="lead.assigned"):
    """One act (a bulk change, a list, an edit) made somebody owner of `count` leads; said once per new owner and act.

    `leads` are the first 20 of them. `act`: bulk, list, edit, undoing (of a bulk change), list_undoing. `list_id` for
    a list.
    """

    owner_id: int
    count: int
    leads: tuple[AssignedLead, ...]
    act: str
    list_id: int | None = None


class LeadsTakenBack(Event, name="lead.taken_back"):
    """One act took `count` leads from an owner; said once per owner and act.

    `leads` are the first 20 of them; some may be gone. `act`: bulk, list, edit, undoing (of a bulk change),
    list_undoing.
    """

    owner_id: int
    count: int
    leads: tuple[AssignedLead, ...]
    act: str = "undoing"


class FirstResponsesOverdue(Event, name="lead.first_responses_overdue"):
    """The first response to `count` leads became overdue; said once per manager who answers for them, and once per
    lead and due moment.

    `leads` are the 20 of them that wait longest.
    """

    manager_id: int
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
