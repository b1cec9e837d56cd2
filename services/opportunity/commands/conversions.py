"""Conversion (案件化): a lead becomes an opportunity, all or nothing. Says opportunity.lead_converted."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.calls import call
from chassis.database import current_cause
from chassis.outbox import publish
from chassis.problems import Conflict, Field, Invalid
from contracts.events import LeadConverted

from ..history import write
from ..models import Account, Conversion, LeadCopy, Opportunity
from ..queries import opportunity_details, similar_accounts
from ..schemas import ChosenAccount, ChosenOpportunity, ConversionDraft, Converted, LeadCheck
from .accounts import new_account, save_new_account
from .checks import missing
from .handovers import ask_by_conversion
from .opportunities import influences_of, new_opportunity, save_changes, save_new_opportunity, set_influences


def convert_lead(session: Session, actor: Actor, lead_id: int, draft: ConversionDraft) -> Converted:
    """Chooses or makes account and opportunity, credits the campaign, and says so. Raises Conflict with the existing
    opportunity in `current` if the lead is converted already, Invalid, and what lead says against it."""
    _refuse_second(session, lead_id)
    lead = _ask_lead(actor, lead_id)
    # Of two that ask at once, the second waits here and then finds the first one's conversion.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"conversion/{lead_id}", 0))))
    _refuse_second(session, lead_id)

    errors: list[Field] = []
    if draft.campaign_id not in lead.campaign_ids:
        wrong = "このリードの履歴にないキャンペーンです。", "This campaign is not in the lead's history."
        errors.append(Field("campaign_id", "not_in_history", *wrong))
    existing = _existing_opportunity(session, draft.opportunity, errors)
    account = _account(session, draft.account, lead, existing, errors)
    _refuse_unconfirmed(account, draft, errors)
    opportunity = existing or _new_opportunity(session, draft, lead_id, errors)
    if existing and account and account.id != existing.account_id:
        wrong = "この案件は選んだ取引先のものではありません。", "This opportunity belongs to another account."
        errors.append(Field("opportunity.id", "other_account", *wrong))
    if errors or account is None:
        raise Invalid(errors)

    made_account = account.id is None
    if made_account:
        save_new_account(session, account, prefix="account.")
    if existing:
        _join(session, existing, lead_id, lead.campaign_ids)
    else:
        opportunity.account_id = account.id
        save_new_opportunity(session, opportunity, lead.campaign_ids, prefix="opportunity.")
    _note(session, actor, lead_id, draft, opportunity, account, made_account)
    return Converted(
        opportunity_id=opportunity.id,
        account_id=account.id,
        new_opportunity=existing is None,
        new_account=made_account,
        similar=similar_accounts(session, account) if made_account else [],
    )


def _refuse_second(session: Session, lead_id: int) -> None:
    found = select(Opportunity).join(Conversion, Conversion.opportunity_id == Opportunity.id)
    active = found.where(Conversion.lead_id == lead_id, Conversion.cancelled_at.is_(None))
    opportunity = session.scalars(active).first()
    if opportunity:
        raise Conflict(
            code="already_converted",
            ja=f"このリードはすでに案件化されています（案件 {opportunity.code} {opportunity.name}）。",
            en=f"This lead is converted already (opportunity {opportunity.code} {opportunity.name}).",
            current=opportunity_details(session, opportunity).model_dump(mode="json"),
        )


def _ask_lead(actor: Actor, lead_id: int) -> LeadCheck:
    """Whether this person may convert this lead, and what is known of it; its refusals are passed on."""
    return LeadCheck.model_validate(call("lead", actor.token).get(f"/leads/{lead_id}/conversion-check"))


def _existing_opportunity(session: Session, chosen: ChosenOpportunity, errors: list[Field]) -> Opportunity | None:
    if chosen.id is None:
        return None
    opportunity = session.get(Opportunity, chosen.id, with_for_update=True)
    if opportunity is None or opportunity.cancelled_at:
        wrong = "この案件はありません。", "There is no such opportunity."
        errors.append(Field("opportunity.id", "unknown", *wrong))
    return opportunity


def _account(
    session: Session,
    chosen: ChosenAccount | None,
    lead: LeadCheck,
    opportunity: Opportunity | None,
    errors: list[Field],
) -> Account | None:
    """The account that was chosen or is to be made; without a choice, that of the opportunity or of the lead."""
    if chosen and chosen.id is None and chosen.name:
        return new_account(session, chosen.model_dump(exclude={"id"}), errors, prefix="account.")
    known = opportunity.account_id if opportunity else lead.account_id
    account_id = (chosen.id if chosen else None) or known
    account = session.get(Account, account_id) if account_id else None
    if account is None and chosen and chosen.id:
        errors.append(Field("account.id", "unknown", ja="この取引先はありません。", en="There is no such account."))
    elif account is None:
        wrong = "取引先を選ぶか、新規の取引先名を入力してください。", "Choose an account, or name a new one."
        errors.append(missing("account", *wrong))
    return account


def _refuse_unconfirmed(account: Account | None, draft: ConversionDraft, errors: list[Field]) -> None:
    if account and account.id and account.do_not_approach and not draft.approach_confirmed:
        reason = account.do_not_approach_reason
        errors.append(
            Field(
                "approach_confirmed",
                "do_not_approach",
                ja=f"「{account.name}」はアプローチ禁止の取引先です（{reason}）。案件化してよいことを確認してください。",
                en=f"“{account.name}” is not to be approached ({reason}). Confirm that it may be converted.",
            )
        )


def _new_opportunity(session: Session, draft: ConversionDraft, lead_id: int, errors: list[Field]) -> Opportunity:
    chosen = draft.opportunity
    if chosen.id is None and not chosen.name:
        errors.append(missing("opportunity.name", "案件名を入力してください。", "Name the opportunity."))
    values = chosen.model_dump(exclude={"id"}) | {"lead_id": lead_id, "campaign_id": draft.campaign_id}
    if chosen.id is None and chosen.main_owner_id is None:
        wrong = "案件の主担当を選んでください。", "Choose who takes the opportunity over."
        errors.append(missing("opportunity.main_owner_id", *wrong))
    return new_opportunity(session, values, errors, prefix="opportunity.")


def _join(session: Session, opportunity: Opportunity, lead_id: int, influences: set[int]) -> None:
    """An existing opportunity gains the lead's campaigns as influences; one that knows no lead comes from this one."""
    changes = write(opportunity, {"lead_id": opportunity.lead_id or lead_id})
    changes |= set_influences(session, opportunity, influences_of(session, opportunity) | influences)
    save_changes(session, opportunity, changes)


def _note(
    session: Session,
    actor: Actor,
    lead_id: int,
    draft: ConversionDraft,
    opportunity: Opportunity,
    account: Account,
    made_account: bool,
) -> None:
    """Keeps the conversion, asks the main owner to take over, and says that the lead is converted."""
    made_opportunity = draft.opportunity.id is None
    now = datetime.now(UTC)
    conversion = Conversion(
        lead_id=lead_id,
        opportunity_id=opportunity.id,
        campaign_id=draft.campaign_id,
        notify=draft.notify,
        new_account=made_account,
        new_opportunity=made_opportunity,
        converted_at=now,
        cause_id=current_cause(session).id,
    )
    session.add(conversion)
    lead = session.get(LeadCopy, lead_id)
    ask_by_conversion(session, actor, conversion, opportunity)
    publish(
        session,
        LeadConverted(
            lead_id=lead_id,
            opportunity_id=opportunity.id,
            opportunity_name=opportunity.name,
            account_id=account.id,
            account_name=account.name,
            campaign_id=draft.campaign_id,
            main_owner_id=opportunity.main_owner_id,
            amount=opportunity.amount,
            notify=draft.notify,
            new_opportunity=made_opportunity,
            lead_name=lead.person_name if lead else "",
            handover_memo=opportunity.handover_memo or "",
            converted_at=now,
        ),
    )
