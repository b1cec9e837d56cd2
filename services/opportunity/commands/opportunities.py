"""What can be done with opportunities. Says opportunity.saved and opportunity.conversion_corrected."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from chassis.company_time import company_today
from chassis.outbox import publish
from chassis.problems import Field, Invalid
from contracts.events import ConversionCorrected, OpportunitySaved

from ..choices import Choices
from ..history import note_changes, write
from ..models import Account, CampaignCopy, Conversion, Influence, LeadCopy, Opportunity
from ..naming import search_key
from ..numbering import next_opportunity_code
from ..queries import find, opportunity_details
from ..schemas import OpportunityDetails, OpportunityDraft, OpportunityPatch
from .checks import check_user, missing, refuse_cancelled, refuse_stale, write_unique

PHASES = "opportunity-phases"


def create_opportunity(session: Session, draft: OpportunityDraft) -> OpportunityDetails:
    """Raises Invalid with everything that is wrong, Conflict if the code is taken."""
    errors: list[Field] = []
    opportunity = new_opportunity(session, draft.model_dump(exclude={"influence_campaign_ids"}), errors)
    _check_campaigns(session, {draft.campaign_id}, "campaign_id", errors)
    _check_campaigns(session, set(draft.influence_campaign_ids), "influence_campaign_ids", errors)
    if session.get(Account, draft.account_id) is None:
        errors.append(Field("account_id", "unknown", ja="この取引先はありません。", en="There is no such account."))
    lead = session.get(LeadCopy, draft.lead_id) if draft.lead_id else None
    if draft.lead_id and (lead is None or lead.removed):
        errors.append(Field("lead_id", "unknown", ja="このリードはありません。", en="There is no such lead."))
    if errors:
        raise Invalid(errors)
    save_new_opportunity(session, opportunity, set(draft.influence_campaign_ids))
    return opportunity_details(session, opportunity)


def change_opportunity(session: Session, opportunity_id: int, patch: OpportunityPatch) -> OpportunityDetails:
    """Changes what the patch names. Raises NotFound, Invalid, or Conflict when somebody was faster."""
    opportunity = find(session, Opportunity, opportunity_id, to_change=True)
    refuse_cancelled(opportunity)
    if opportunity.version != patch.version:
        refuse_stale(opportunity_details(session, opportunity))
    errors: list[Field] = []
    values = patch.model_dump(exclude={"version", "influence_campaign_ids"}, exclude_unset=True)
    with session.no_autoflush:  # one save, once all of it is checked
        changes = _apply(session, opportunity, values, errors)
        if "campaign_id" in changes:
            _check_campaigns(session, {opportunity.campaign_id}, "campaign_id", errors)
        if "account_id" in changes and session.get(Account, opportunity.account_id) is None:
            errors.append(Field("account_id", "unknown", ja="この取引先はありません。", en="There is no such account."))
        if "influence_campaign_ids" in patch.model_fields_set:
            _check_campaigns(session, set(patch.influence_campaign_ids), "influence_campaign_ids", errors)
    if errors:
        raise Invalid(errors)
    if "influence_campaign_ids" in patch.model_fields_set:
        changes |= set_influences(session, opportunity, set(patch.influence_campaign_ids))
    elif "campaign_id" in changes:
        changes |= _exchange_influence(session, opportunity, *changes["campaign_id"])
    save_changes(session, opportunity, changes)
    if "campaign_id" in changes:
        _credit_conversions(session, opportunity, *changes["campaign_id"])
    return opportunity_details(session, opportunity)


def _credit_conversions(session: Session, opportunity: Opportunity, before: int, after: int) -> None:
    """Conversions that were credited to the campaign that the opportunity had are credited to the one that it has."""
    credited = select(Conversion).where(
        Conversion.opportunity_id == opportunity.id,
        Conversion.campaign_id == before,
        Conversion.cancelled_at.is_(None),
    )
    for conversion in session.scalars(credited.order_by(Conversion.lead_id).with_for_update()).all():
        conversion.campaign_id = after
        corrected = {"lead_id": conversion.lead_id, "opportunity_id": opportunity.id, "campaign_id": after}
        publish(session, ConversionCorrected(**corrected, corrected_at=datetime.now(UTC)))


def new_opportunity(session: Session, values: dict[str, Any], errors: list[Field], prefix: str = "") -> Opportunity:
    """An opportunity that is checked, but not yet written; what is wrong goes into `errors`, fields named after
    `prefix`."""
    opportunity = Opportunity()
    values["phase"] = values["phase"] or Choices.known(session).first(PHASES, "open")
    if values["probability"] is None:
        del values["probability"]
    _apply(session, opportunity, values, errors, prefix)
    return opportunity


def save_new_opportunity(session: Session, opportunity: Opportunity, influences: set[int], prefix: str = "") -> None:
    """Numbers and writes it, notes that it was made, and says so. Raises Conflict if the code is taken."""
    opportunity.code = opportunity.code or next_opportunity_code(session)
    _write(session, opportunity, prefix)
    _add_influences(session, opportunity, influences - {opportunity.campaign_id})
    note_changes(session, "opportunity", opportunity.id, {"created": (None, opportunity.code)})


def save_changes(session: Session, opportunity: Opportunity, changes: dict[str, tuple[Any, Any]]) -> None:
    """Writes what changed, notes it and says so; nothing if nothing did. Raises Conflict if the code is taken."""
    if changes:
        opportunity.updated_at = func.now()  # counts as a save even where only the influences changed
        _write(session, opportunity)
        note_changes(session, "opportunity", opportunity.id, changes)


def _write(session: Session, opportunity: Opportunity, prefix: str = "") -> None:
    """Writes it and says how it now is. Raises Conflict if its code is taken."""
    opportunity.search_key = search_key(opportunity.name, opportunity.code)
    wording = "このコードは別の案件が使っています。", "Another opportunity has this code."
    write_unique(session, opportunity, {"code_key": Field(f"{prefix}code", "taken", *wording)})
    cancelled = opportunity.cancelled_at is not None
    publish(
        session,
        OpportunitySaved(
            opportunity_id=opportunity.id,
            opportunity_name=opportunity.name,
            account_id=opportunity.account_id,
            campaign_id=opportunity.campaign_id,
            lead_id=opportunity.lead_id,
            main_owner_id=opportunity.main_owner_id,
            phase_meaning="lost" if cancelled else Choices.known(session).meaning(PHASES, opportunity.phase),
            amount=opportunity.amount,
            cancelled=cancelled,
            version=opportunity.version,
        ),
    )


def _apply(
    session: Session, opportunity: Opportunity, values: dict[str, Any], errors: list[Field], prefix: str = ""
) -> dict[str, tuple[Any, Any]]:
    choices, before = Choices.known(session), opportunity.phase
    if "probability" in values and values["probability"] is None:
        values["probability"] = choices.probability(values.get("phase") or before)
    if "phase" in values:
        phase = choices.chosen(PHASES, values["phase"], f"{prefix}phase", errors, kept={before})
        values["phase"] = phase
        if phase != before:
            values = _with_phase(phase, choices, values, opportunity)
    changes = write(opportunity, values)
    if "main_owner_id" in changes:
        check_user(session, opportunity.main_owner_id, f"{prefix}main_owner_id", errors)
    if choices.meaning(PHASES, opportunity.phase) == "lost" and not opportunity.lost_reason:
        errors.append(missing(f"{prefix}lost_reason", "失注の理由を入力してください。", "Say why it was lost."))
    return changes


def _with_phase(phase: str, choices: Choices, values: dict[str, Any], opportunity: Opportunity) -> dict[str, Any]:
    """What follows from a new phase, unless the request says otherwise: probability, and the day it was won."""
    following: dict[str, Any] = {}
    if choices.probability(phase) is not None:
        following["probability"] = choices.probability(phase)
    if choices.meaning(PHASES, phase) == "won":
        following["won_on"] = opportunity.won_on or company_today()
    elif opportunity.won_on:
        following["won_on"] = None
    if choices.meaning(PHASES, phase) != "lost" and opportunity.lost_reason:
        following["lost_reason"] = ""
    named = {name: value for name, value in values.items() if not (name == "won_on" and value is None)}
    return following | named


def _check_campaigns(session: Session, campaign_ids: set[int], field: str, errors: list[Field]) -> None:
    known = select(func.count()).select_from(CampaignCopy).where(CampaignCopy.campaign_id.in_(campaign_ids))
    if session.scalar(known) != len(campaign_ids):
        errors.append(Field(field, "unknown", ja="このキャンペーンはありません。", en="There is no such campaign."))


def set_influences(session: Session, opportunity: Opportunity, wanted: set[int]) -> dict[str, tuple[Any, Any]]:
    """The campaigns that had a part, the credited one left out; tells before and after if they differ."""
    wanted = wanted - {opportunity.campaign_id}
    before = influences_of(session, opportunity)
    with session.no_autoflush:
        gone = Influence.opportunity_id == opportunity.id, Influence.campaign_id.not_in(wanted)
        session.execute(delete(Influence).where(*gone))
        _add_influences(session, opportunity, wanted - before)
    return {"influence_campaign_ids": (sorted(before), sorted(wanted))} if before != wanted else {}


def _add_influences(session: Session, opportunity: Opportunity, added: set[int]) -> None:
    if added:
        rows = [{"opportunity_id": opportunity.id, "campaign_id": one} for one in sorted(added)]
        session.execute(insert(Influence), rows)


def _exchange_influence(
    session: Session, opportunity: Opportunity, before: int, after: int
) -> dict[str, tuple[Any, Any]]:
    """An influence that is credited from now on is one no longer; the campaign credited so far takes its place."""
    influences = influences_of(session, opportunity)
    return set_influences(session, opportunity, influences | {before}) if after in influences else {}


def influences_of(session: Session, opportunity: Opportunity) -> set[int]:
    with session.no_autoflush:
        of_it = select(Influence.campaign_id).where(Influence.opportunity_id == opportunity.id)
        return set(session.scalars(of_it))
