"""What can be done with activities (活動)."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Field, Forbidden, Invalid

from ..choices import Choices
from ..history import note_changes, write
from ..models import Activity, Opportunity
from ..queries import activity_details, concerns, find, find_activity
from ..schemas import ActivityDetails, ActivityDraft, ActivityPatch
from .checks import refuse_cancelled, refuse_stale
from .opportunities import save_changes

TYPES = "activity-types"


def register_activity(session: Session, actor: Actor, opportunity_id: int, draft: ActivityDraft) -> ActivityDetails:
    """Notes what was done for an opportunity, and what comes next. Raises NotFound, Invalid, Conflict."""
    opportunity = find(session, Opportunity, opportunity_id, to_change=True)
    refuse_cancelled(opportunity)
    errors: list[Field] = []
    kind = Choices.known(session).chosen(TYPES, draft.type, "type", errors)
    if errors:
        raise Invalid(errors)
    activity = Activity(
        opportunity_id=opportunity_id,
        type=kind,
        occurred_at=draft.occurred_at or datetime.now(UTC),
        by_id=actor.id,
        text=draft.text,
        result=draft.result,
    )
    session.add(activity)
    following = draft.model_dump(include={"next_action", "next_action_at"}, exclude_unset=True)
    save_changes(session, opportunity, write(opportunity, following))
    session.flush()
    return activity_details(session, actor, [activity])[0]


def correct_activity(
    session: Session, actor: Actor, opportunity_id: int, activity_id: int, patch: ActivityPatch
) -> ActivityDetails:
    """By who did it, or a manager. Raises NotFound, Forbidden, Invalid, or Conflict when somebody was faster."""
    refuse_cancelled(find(session, Opportunity, opportunity_id))
    activity = find_activity(session, opportunity_id, activity_id, to_change=True)
    if not concerns(actor, activity.by_id):
        raise Forbidden(
            ja="活動を更新できるのは、登録した本人とマネージャーです。",
            en="Only who registered an activity, or a manager, may correct it.",
        )
    if activity.version != patch.version:
        refuse_stale(activity_details(session, actor, [activity])[0])
    values = patch.model_dump(exclude={"version"}, exclude_unset=True)
    errors: list[Field] = []
    if "type" in values:
        values["type"] = Choices.known(session).chosen(TYPES, values["type"], "type", errors, kept={activity.type})
    if errors:
        raise Invalid(errors)
    note_changes(session, "activity", activity.id, write(activity, values))
    session.flush()
    return activity_details(session, actor, [activity])[0]
