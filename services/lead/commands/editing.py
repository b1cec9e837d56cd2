"""Changing one lead by hand, alone or as part of an action."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.contacts import read_fields
from chassis.database import current_cause
from chassis.problems import Conflict, Field, Forbidden

from .. import matching
from ..history import change
from ..known_persons import refuse_taken_address
from ..masters import masters
from ..models import Change, Lead, MemoVersion, Person, UserCopy
from ..problems import (
    ACCOUNT_OF_CONVERSION,
    INACTIVE_OWNER,
    NO_CALL_REASON,
    NO_MAIL_REASON,
    UNKNOWN_OWNER,
    invalid,
    no_family_name,
)
from ..queries.details import lead_details
from ..schemas import LeadDetails, LeadEdit, LeadPatch, PersonEdit
from ..sight import masked, opened, sees_everything
from ..stages import check_move
from .news import say_assigned, say_leads_changed, say_taken_back
from .progress import note_progress, take_progress_back

CHOICES = {"source": "lead-sources", "temperature": "temperatures", "next_action_type": "action-types"}
FLAGS = {"do_not_call": NO_CALL_REASON, "do_not_mail": NO_MAIL_REASON}
NO_PLAN = {"next_action_at": None, "next_action_type": ""}
NULLABLE = ("next_action_at", "first_response_due")
# How the fields of a person are read.
CONTACTS = {
    **{"family_name_kana": "kana", "given_name_kana": "kana", "email": "email", "second_email": "email"},
    **{"phone": "phone", "direct_phone": "phone", "mobile": "phone", "fax": "phone"},
    **{"postal_code": "postal_code", "prefecture": "prefecture"},
}
# What the shapes of edits hold beside the lead's own fields.
OTHERS = ("person", "version", "takes_back", "campaign_id", "member_status", "register_anyway", "save_anyway")
# What other services keep of a lead.
TOLD = {"owner_id", "stage", "family_name", "given_name", "company"}


def edit_lead(session: Session, actor: Actor, lead_id: int, patch: LeadPatch) -> LeadDetails:
    """Saves an edit. Raises Conflict with `current` when somebody saved since the editor looked."""
    lead, person = opened(session, actor, lead_id, lock=True)
    check_version(session, actor, lead, patch.version)
    with session.no_autoflush:  # one act is one version
        changed = apply_edit(session, actor, lead, person, patch)
        taken_back = "stage" in changed and patch.takes_back and _moved_by(session, actor, lead, patch.takes_back)
        if taken_back and patch.takes_back:
            changed |= _give_plan_back(session, lead, patch.takes_back)
    if "stage" in changed:
        note_progress(session, [lead.id])
        if taken_back and patch.takes_back:
            take_progress_back(session, patch.takes_back, [lead.id])
    say_edit(session, lead, changed)
    return lead_details(session, actor, lead_id)


def _moved_by(session: Session, actor: Actor, lead: Lead, act: UUID) -> bool:
    """Whether this act was the actor's own, and moved the lead away from the stage that it has again."""
    moved = (Change.cause_id == act, Change.lead_id == lead.id, Change.record_type == "lead", Change.field == "stage")
    edited = (Change.actor_id == actor.id, Change.cause_kind == "edit", Change.before[()].astext == lead.stage)
    return bool(session.scalar(select(exists().where(*moved, *edited))))


def _give_plan_back(session: Session, lead: Lead, act: UUID) -> set[str]:
    """The next action that this act took away, unless there is another one meanwhile."""
    of_it = (Change.cause_id == act, Change.lead_id == lead.id, Change.record_type == "lead")
    rows = session.execute(select(Change.field, Change.before).where(*of_it, Change.field.in_(NO_PLAN)))
    before = {row.field: row.before for row in rows}
    if lead.next_action_at or not before.get("next_action_at"):
        return set()
    before["next_action_at"] = datetime.fromisoformat(before["next_action_at"])
    return change(session, lead, lead.id, before)


def check_version(session: Session, actor: Actor, lead: Lead, version: int) -> None:
    if version != lead.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人がこのリードを更新しました。最新の内容を確認してください。",
            en="Somebody else changed this lead. Look at what it is now.",
            current=lead_details(session, actor, lead.id).model_dump(mode="json"),
        )


def say_edit(session: Session, lead: Lead, changed: set[str]) -> None:
    """Tells others what of it concerns them."""
    if changed & TOLD:
        say_leads_changed(session, [lead.id])
    if "owner_id" in changed:
        say_assigned(session, "edit")
        say_taken_back(session, "edit")


def apply_edit(session: Session, actor: Actor, lead: Lead, person: Person, edit: LeadEdit) -> set[str]:
    """Changes what the edit gives and notes it. The names of all fields that changed, of lead and person."""
    given = edit.model_dump(exclude_unset=True, exclude={*OTHERS})
    of_person, wrong = person_fields(actor, person, edit.person, "person.") if edit.person is not None else ({}, [])
    wrong = [*unexplained(lead, given), *wrong]
    if wrong:
        raise invalid(*wrong)
    if not edit.save_anyway:
        refuse_taken_address(session, actor, person, of_person, "person.")
    changed: set[str] = set()
    if "owner_id" in given:
        changed |= give_owner(session, actor, lead, given.pop("owner_id"))
    if "account_id" in given:
        changed |= _link_account(session, actor, lead, person, given.pop("account_id"))
    stage, reason = given.pop("stage", None), given.pop("drop_reason", None)
    if stage:
        changed |= move_stage(session, lead, stage, reason or "", keeps_plan=bool(given.get("next_action_at")))
    elif reason and lead.drop_reason:
        changed |= change(session, lead, lead.id, {"drop_reason": reason})
    for field, master in CHOICES.items():
        if given.get(field):
            masters(session).check(master, given[field], field, getattr(lead, field))
    plain = {field: value if field in NULLABLE else _not_null(field, value) for field, value in given.items()}
    changed |= change(session, lead, lead.id, plain)
    if "shared_memo" in changed:
        _keep_memo(session, lead)
    changed |= edit_person_of(session, lead, person, of_person)
    if changed:
        lead.updated_at = datetime.now(UTC)  # the version counts changes of its person too
    return changed


def unexplained(lead: Lead, given: dict[str, Any]) -> list[Field]:
    """The flags that an edit sets without a reason, and those whose reason it takes away."""
    wrong = []
    for flag, missing in FLAGS.items():
        reason = f"{flag}_reason"
        touched = (given.get(flag) and not getattr(lead, flag)) or reason in given
        if touched and given.get(flag, getattr(lead, flag)) and not given.get(reason, getattr(lead, reason)):
            wrong.append(missing)
    return wrong


def give_owner(session: Session, actor: Actor, lead: Lead, owner_id: int | None) -> set[str]:
    """Makes somebody owner, or nobody. Raises Forbidden for outsourced callers, Invalid for an unknown person."""
    if owner_id == lead.owner_id:
        return set()
    if not sees_everything(actor):
        raise Forbidden
    owner = known_owner(session, owner_id)
    changed = change(session, lead, lead.id, {"owner_id": owner_id})
    lead.department_id = owner.department_id if owner else lead.department_id
    lead.assigned_at = datetime.now(UTC) if owner else None
    lead.assigned_by = current_cause(session).actor_id if owner else None
    return changed


def known_owner(session: Session, owner_id: int | None) -> UserCopy | None:
    """The user who is to own; None for nobody. Raises Invalid for an unknown or retired one."""
    if owner_id is None:
        return None
    owner = session.get(UserCopy, owner_id)
    if owner is None or not owner.active:
        raise invalid(INACTIVE_OWNER if owner else UNKNOWN_OWNER)
    return owner


def _link_account(session: Session, actor: Actor, lead: Lead, person: Person, account_id: int | None) -> set[str]:
    """A lead and its person belong to one account; after a conversion, to the opportunity's. Raises Invalid, Forbidden
    for outsourced callers, who see no accounts."""
    if account_id == lead.account_id:
        return set()
    if not sees_everything(actor):
        raise Forbidden
    if masters(session).stage(lead.stage).meaning == "converted":
        raise invalid(ACCOUNT_OF_CONVERSION)
    change(session, person, lead.id, {"account_id": account_id})
    # What the account is called is its owner's to say; a conversion had said it of another one.
    return change(session, lead, lead.id, {"account_id": account_id, "account_name": ""})


def move_stage(session: Session, lead: Lead, stage: str, drop_reason: str, keeps_plan: bool = False) -> set[str]:
    """Moves a lead to a stage by the rules of stages.py. One that is dropped has no next action any longer, unless the
    same act gives one (`keeps_plan`)."""
    if stage == lead.stage:
        return change(session, lead, lead.id, {"drop_reason": drop_reason}) if drop_reason else set()
    target = check_move(masters(session), lead.stage, stage, drop_reason)
    lead.stage_since = datetime.now(UTC)
    lead.stage_by = current_cause(session).actor_id
    dropped = target.meaning == "dropped"
    plan = NO_PLAN if dropped and not keeps_plan else {}
    return change(session, lead, lead.id, {"stage": stage, "drop_reason": drop_reason if dropped else "", **plan})


def _not_null(field: str, value: Any) -> Any:
    """An erased field is empty, not null."""
    return value if value is not None else False if field in FLAGS else ""


def _keep_memo(session: Session, lead: Lead) -> None:
    number = session.query(MemoVersion).filter(MemoVersion.lead_id == lead.id).count() + 1
    writer = current_cause(session).actor_id
    session.add(MemoVersion(lead_id=lead.id, number=number, text=lead.shared_memo, written_by=writer))


def person_fields(actor: Actor, person: Person, edit: PersonEdit, place: str) -> tuple[dict[str, Any], list[Field]]:
    """What the edit gives of a person, as it is kept, and what of it cannot be read. `place`: what the fields stand
    under in the request."""
    texts = edit.model_dump(include={*PersonEdit.model_fields} - {"consent"}, exclude_unset=True)
    given: dict[str, Any] = {field: value or "" for field, value in texts.items()}
    if edit.consent is not None:
        given["consent"] = {channel: said for channel, said in (person.consent | edit.consent).items() if said}
    for field in ("email", "second_email"):
        if field in given and given[field] == masked(actor, getattr(person, field)):
            del given[field]  # the address as the actor sees it, sent back
    stored = {field: getattr(person, field) for field in CONTACTS}
    read, wrong = read_fields(CONTACTS, given, stored, place)
    if given.get("family_name") == "":
        wrong.insert(0, no_family_name(place))
    return given | read, wrong


def edit_person_of(session: Session, lead: Lead, person: Person, given: dict[str, Any]) -> set[str]:
    """Gives the lead's person what `person_fields` made of an edit and notes it. The names of the fields that
    changed."""
    if given.get("status"):
        masters(session).check("person-statuses", given["status"], "person.status", person.status)
    if "consent" in given:  # what was said otherwise before is no evidence of what is said now
        same = {channel for channel, said in given["consent"].items() if person.consent.get(channel) == said}
        kept = {channel: evidence for channel, evidence in person.consent_evidence.items() if channel in same}
        given["consent_evidence"] = kept
    changed = change(session, person, lead.id, given)
    if changed:
        _write_keys(lead, person)
    return changed


def _write_keys(lead: Lead, person: Person) -> None:
    """Brings the keys in line with what is written about the person."""
    made = matching.keys({field: getattr(person, field) for field in matching.FIELDS})
    for key, value in made._asdict().items():
        setattr(person, key, value)
    lead.search_text = made.search_text
