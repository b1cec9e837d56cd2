"""What can be done with campaigns, and what the service takes note of. Says campaign.saved."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.copies import keep_newest
from chassis.outbox import publish
from chassis.problems import Conflict, Field, Invalid, NotFound
from contracts.events import (
    CampaignSaved,
    ConversionCancelled,
    ConversionCorrected,
    LeadConverted,
    MembersChanged,
    OpportunitySaved,
    UsersChanged,
)

from .choices import CLOSED, Choices
from .details import details
from .models import BudgetLine, Campaign, CampaignGoal, ConversionCopy, OpportunityCopy, Stakeholder, UserCopy
from .numbering import next_code
from .results import count_members
from .schemas import BudgetLineDraft, CampaignDetails, CampaignDraft, CampaignPatch, StakeholderDraft
from .searching import search_key

# Held by who moves a campaign below another: two moves that are right alone may make a circle together.
MOVING = 7_265_105
MASTER_OF = {"category": "campaign-categories", "status": "campaign-statuses", "venue_type": "venue-types"}
CODE_TAKEN = Field(
    "code", "taken", ja="このコードは別のキャンペーンが使っています。", en="Another campaign has this code."
)
PARTS = {"goals", "budget_lines", "stakeholders"}


def create_campaign(session: Session, actor: Actor, draft: CampaignDraft) -> CampaignDetails:
    """Raises Invalid with everything that is wrong, Conflict if the code is taken."""
    choices, errors = Choices.known(session), list[Field]()
    values = draft.model_dump(exclude=PARTS)
    values["owner_id"] = values["owner_id"] or actor.id
    values["status"] = values["status"] or choices.first("campaign-statuses", "planned")
    campaign = Campaign()
    _apply(session, campaign, values, choices, errors)
    campaign.goals = CampaignGoal(**draft.goals.model_dump())
    campaign.budget_lines = _budget_lines(draft.budget_lines, choices, errors)
    campaign.stakeholders = _stakeholders(session, draft.stakeholders, choices, errors)
    if errors:
        raise Invalid([*errors, *_code_of_another(session, campaign)])
    campaign.code = draft.code or next_code(session)
    session.add(campaign)
    return _saved(session, campaign, choices)


def change_campaign(session: Session, campaign_id: int, patch: CampaignPatch) -> CampaignDetails:
    """Changes what the patch names. Raises NotFound, Invalid, or Conflict when somebody was faster."""
    if patch.parent_id is not None:
        session.execute(select(func.pg_advisory_xact_lock(MOVING)))
    campaign = session.get(Campaign, campaign_id, with_for_update={"of": Campaign})
    if campaign is None:
        raise NotFound(ja="このキャンペーンはありません。", en="There is no such campaign.")
    if campaign.version != patch.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先にこのキャンペーンを更新しました。最新の内容を確認してください。",
            en="Somebody else changed this campaign first. Look at what it is now.",
            current=details(session, campaign).model_dump(mode="json"),
        )
    choices, errors = Choices.known(session), list[Field]()
    values = patch.model_dump(exclude=PARTS | {"version"}, exclude_unset=True)
    with session.no_autoflush:  # one save, once all of it is checked
        changed = _apply(session, campaign, values, choices, errors)
        changed |= _replace_parts(session, campaign, patch, choices, errors)
        if errors:
            raise Invalid([*errors, *_code_of_another(session, campaign)])
    if not changed:
        return details(session, campaign)
    campaign.updated_at = func.now()  # counts as a save even where only the rows below it changed
    return _saved(session, campaign, choices)


def remember_users(session: Session, event: UsersChanged) -> None:
    keep_newest(session, UserCopy, event.users, newness="version")


def note_members(session: Session, event: MembersChanged) -> None:
    count_members(session, event.campaign_id, event.members)


def note_conversion(session: Session, event: LeadConverted) -> None:
    keep_newest(session, ConversionCopy, [event], newness="converted_at")


def correct_conversion(session: Session, event: ConversionCorrected) -> None:
    """The lead is credited to another campaign from then on."""
    now = event.model_dump(mode="json", exclude={"corrected_at"}) | {"converted_at": event.corrected_at.isoformat()}
    keep_newest(session, ConversionCopy, [now], newness="converted_at")


def forget_conversion(session: Session, event: ConversionCancelled) -> None:
    """The lead is credited to no campaign any longer. The row stays, so that older news of it changes nothing."""
    nobody = {"lead_id": event.lead_id, "campaign_id": 0, "opportunity_id": 0}
    keep_newest(session, ConversionCopy, [nobody | {"converted_at": str(event.cancelled_at)}], newness="converted_at")


def remember_opportunity(session: Session, event: OpportunitySaved) -> None:
    keep_newest(session, OpportunityCopy, [event], newness="version")


def _apply(session: Session, campaign: Campaign, values: dict[str, Any], choices: Choices, errors: list[Field]) -> bool:
    """Writes the values into the campaign, checking those that are new; True if any is."""
    for name, master in MASTER_OF.items():
        if values.get(name) is not None:
            values[name] = choices.chosen(master, values[name], name, errors, kept={getattr(campaign, name)})
    new = {name: value for name, value in values.items() if value != getattr(campaign, name)}
    if "owner_id" in new:
        owner = _active_user(session, new["owner_id"], "owner_id", errors)
        if owner and campaign.id is None and not values.get("department_id"):
            new["department_id"] = owner.department_id
            if owner.department_id is None:
                errors.append(Field("department_id", "missing", ja="組織を選んでください。", en="Choose a department."))
    if new.get("parent_id"):
        _check_parent(session, campaign, new["parent_id"], errors)
    for name, value in new.items():
        setattr(campaign, name, value)
    if campaign.end_date < campaign.start_date:
        errors.append(
            Field(
                "end_date",
                "before_start",
                ja="終了日は開始日以降の日付にしてください。",
                en="The end date must not be before the start date.",
            )
        )
    return bool(new)


def _active_user(session: Session, user_id: int, field: str, errors: list[Field]) -> UserCopy | None:
    user = session.get(UserCopy, user_id)
    if user and user.active:
        return user
    ja, en = "有効なユーザーを選んでください。", "Choose a user who exists and is active."
    if user is None:  # or news of whom are on their way
        ja += "登録されたばかりの場合は、数秒おいてもう一度お試しください。"
        en += " If made just now, try again in a few seconds."
    errors.append(Field(field, "unknown", ja=ja, en=en))
    return None


def _check_parent(session: Session, campaign: Campaign, parent_id: int, errors: list[Field]) -> None:
    above: int | None = parent_id
    while above is not None and above != campaign.id:
        row = session.execute(select(Campaign.parent_id).where(Campaign.id == above)).first()
        if row is None:
            wrong = "親キャンペーンがありません。", "There is no such parent campaign."
            errors.append(Field("parent_id", "unknown", ja=wrong[0], en=wrong[1]))
            return
        above = row[0]
    if above is not None:
        wrong = "自分自身や下位のキャンペーンは親にできません。", "A campaign cannot be below itself."
        errors.append(Field("parent_id", "circle", ja=wrong[0], en=wrong[1]))


def _replace_parts(
    session: Session, campaign: Campaign, patch: CampaignPatch, choices: Choices, errors: list[Field]
) -> bool:
    """Goals, budget lines and stakeholders; True if any differs from what is there."""
    changed = False
    if "goals" in patch.model_fields_set:
        for name, value in patch.goals.model_dump(exclude_unset=True).items():
            changed |= getattr(campaign.goals, name) != value
            setattr(campaign.goals, name, value)
    if "budget_lines" in patch.model_fields_set:
        lines = _budget_lines(patch.budget_lines, choices, errors, kept=campaign.budget_lines)
        if _plain(lines) != _plain(campaign.budget_lines):
            campaign.budget_lines, changed = lines, True
    if "stakeholders" in patch.model_fields_set:
        people = _stakeholders(session, patch.stakeholders, choices, errors, kept=campaign.stakeholders)
        if _plain(people) != _plain(campaign.stakeholders):
            campaign.stakeholders, changed = people, True
    return changed


def _plain(rows: list[Any]) -> list[dict[str, Any]]:
    names = [column.name for row in rows[:1] for column in row.__table__.columns]
    return [{name: getattr(row, name) for name in names if name not in ("id", "campaign_id")} for row in rows]


def _budget_lines(
    drafts: list[BudgetLineDraft], choices: Choices, errors: list[Field], kept: Sequence[BudgetLine] = ()
) -> list[BudgetLine]:
    """`kept`: those that the campaign has already; their kind may have been retired since."""
    lines, own = [], {line.kind for line in kept}
    for place, draft in enumerate(drafts):
        kind = choices.chosen("cost-kinds", draft.kind, f"budget_lines.{place}.kind", errors, kept=own)
        lines.append(BudgetLine(position=place, **draft.model_dump() | {"kind": kind}))
    return lines


def _stakeholders(
    session: Session,
    drafts: list[StakeholderDraft],
    choices: Choices,
    errors: list[Field],
    kept: Sequence[Stakeholder] = (),
) -> list[Stakeholder]:
    """`kept`: those whom the campaign has already; they may have left since, their kind may have been retired."""
    people, own, kinds = [], {one.user_id for one in kept}, {one.kind for one in kept}
    for place, draft in enumerate(drafts):
        values = draft.model_dump()
        field = f"stakeholders.{place}.kind"
        values["kind"] = choices.chosen("stakeholder-kinds", draft.kind, field, errors, kept=kinds)
        if draft.user_id:
            field = f"stakeholders.{place}.user_id"
            known = session.get(UserCopy, draft.user_id) if draft.user_id in own else None
            user = known or _active_user(session, draft.user_id, field, errors)
            values["name"] = draft.name or (user.name if user else "")
        elif not (draft.name or draft.company):
            wrong = "氏名または会社名を入力してください。", "Enter a name or a company."
            errors.append(Field(f"stakeholders.{place}.name", "missing", ja=wrong[0], en=wrong[1]))
        people.append(Stakeholder(position=place, **values))
    return people


def _code_of_another(session: Session, campaign: Campaign) -> list[Field]:
    """What the save would say of the code, told with what keeps it from being saved."""
    with session.no_autoflush:
        others = select(Campaign.id).where(Campaign.code_key == campaign.code_key)
        return [CODE_TAKEN] if campaign.code and set(session.scalars(others)) - {campaign.id} else []


def _saved(session: Session, campaign: Campaign, choices: Choices) -> CampaignDetails:
    """Writes the campaign and says so. Raises Conflict if its code is taken."""
    campaign.search_key = search_key(campaign)
    try:
        session.flush()
    except IntegrityError as error:
        if "campaign_code_key" not in str(error):
            raise
        raise Conflict(code="code_taken", errors=[CODE_TAKEN], ja=CODE_TAKEN.ja, en=CODE_TAKEN.en) from error
    publish(
        session,
        CampaignSaved(
            campaign_id=campaign.id,
            code=campaign.code,
            campaign_name=campaign.name,
            category=campaign.category,
            status=campaign.status,
            start_date=campaign.start_date,
            end_date=campaign.end_date,
            owner_id=campaign.owner_id,
            department_id=campaign.department_id,
            open_for_lists=choices.meaning("campaign-statuses", campaign.status) not in CLOSED,
            version=campaign.version,
        ),
    )
    return details(session, campaign)
