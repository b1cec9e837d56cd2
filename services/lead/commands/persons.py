"""パーソン: registering somebody and changing what is known of them, their consent included."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict

from ..history import change
from ..known_persons import refuse_taken_address
from ..models import Lead, Person
from ..problems import invalid
from ..queries.persons import opened_person, person_details
from ..schemas import PersonDetails, PersonDraft, PersonPatch
from ..schemas.writing import Channel
from .editing import edit_person_of, person_fields, say_edit
from .registering import register_lead

# The flag of the lead that a refusal sets, with its reason.
FLAGS: dict[Channel, str] = {"mail": "do_not_mail", "phone": "do_not_call"}


def register_person(session: Session, actor: Actor, draft: PersonDraft) -> PersonDetails:
    """Registers somebody, who is a lead from then on: nobody works a person who is none, and 名寄せ finds leads.
    Raises Conflict with `lead_id` when 名寄せ knows the person already."""
    lead = register_lead(session, actor, draft.as_lead(), place="")
    return person_details(session, actor, lead.person.id)


def edit_person(session: Session, actor: Actor, person_id: int, patch: PersonPatch) -> PersonDetails:
    """Saves an edit. Raises Conflict with `current` when somebody saved since the editor looked."""
    lead, person = opened_person(session, actor, person_id, lock=True)
    if patch.version != person.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人がこのパーソンを更新しました。最新の内容を確認してください。",
            en="Somebody else changed this person. Look at what it is now.",
            current=person_details(session, actor, person_id).model_dump(mode="json"),
        )
    given, wrong = person_fields(actor, person, patch, "")
    if wrong:
        raise invalid(*wrong)
    if not patch.save_anyway:
        refuse_taken_address(session, actor, person, given, "")
    with session.no_autoflush:  # one act is one version
        changed = edit_person_of(session, lead, person, given)
        changed |= _note_evidence(session, lead, person, patch)
        if changed:
            lead.updated_at = datetime.now(UTC)  # the lead's version counts changes of its person too
    say_edit(session, lead, changed)
    return person_details(session, actor, person_id)


def _note_evidence(session: Session, lead: Lead, person: Person, patch: PersonPatch) -> set[str]:
    """Keeps when and how somebody said so; a refusal closes the channel of the lead as well."""
    kept = dict(person.consent_evidence)
    for channel, evidence in (patch.consent_evidence or {}).items():
        said, before = evidence.model_dump(mode="json"), kept.get(channel)
        if channel in person.consent and said != (before and {name: before[name] for name in said}):
            kept[channel] = said | {"by": current_cause(session).actor_id}
    changed = change(session, person, lead.id, {"consent_evidence": kept})
    for closed, flag in FLAGS.items():
        if (patch.consent or {}).get(closed) == "refused" and not getattr(lead, flag):
            reason = f"{kept[closed]['on']} {kept[closed]['how']}"[:200]
            change(session, lead, lead.id, {flag: True, f"{flag}_reason": reason})
    return changed
