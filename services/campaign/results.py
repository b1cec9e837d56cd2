"""What campaigns have reached so far, by what lead and opportunity said."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.events import MemberFact

from .models import ConversionCopy, MemberCount, OpportunityCopy
from .schemas import Results

# The old rows are read, the newer ones written, and the difference added to the count, all in one statement.
COUNT_MEMBERS = text("""
    WITH news AS (
        SELECT DISTINCT ON (lead_id) *
        FROM unnest(CAST(:lead_ids AS bigint[]), CAST(:invited AS boolean[]), CAST(:responded AS boolean[]),
                    CAST(:new_leads AS boolean[]), CAST(:versions AS integer[]))
             AS news (lead_id, invited, responded, new_lead, version)
        ORDER BY lead_id, version DESC
    ), before AS (
        SELECT copy.* FROM campaign_member_copy AS copy JOIN news USING (lead_id) WHERE copy.campaign_id = :campaign_id
    ), after AS (
        INSERT INTO campaign_member_copy AS copy (campaign_id, lead_id, invited, responded, new_lead, version)
        SELECT :campaign_id, lead_id, invited, responded, new_lead, version FROM news
        ON CONFLICT (campaign_id, lead_id) DO UPDATE SET
            invited = excluded.invited, responded = excluded.responded, new_lead = excluded.new_lead,
            version = excluded.version
        WHERE copy.version < excluded.version
        RETURNING lead_id, invited, responded, new_lead
    )
    UPDATE campaign_member_count AS counted SET
        invited = counted.invited + difference.invited,
        responded = counted.responded + difference.responded,
        new_leads = counted.new_leads + difference.new_leads
    FROM (
        SELECT count(*) FILTER (WHERE after.invited) - count(*) FILTER (WHERE before.invited) AS invited,
               count(*) FILTER (WHERE after.responded) - count(*) FILTER (WHERE before.responded) AS responded,
               count(*) FILTER (WHERE after.new_lead) - count(*) FILTER (WHERE before.new_lead) AS new_leads
        FROM after LEFT JOIN before USING (lead_id)
    ) AS difference
    WHERE counted.campaign_id = :campaign_id
""")


def count_members(session: Session, campaign_id: int, members: Sequence[MemberFact]) -> None:
    """Takes in where these leads stand in a campaign; what is not newer than what is known changes nothing."""
    session.execute(insert(MemberCount).values(campaign_id=campaign_id).on_conflict_do_nothing())
    # The count is the campaign's lock: two workers must not both take the same row's old state off.
    session.execute(select(MemberCount).where(MemberCount.campaign_id == campaign_id).with_for_update())
    session.execute(
        COUNT_MEMBERS,
        {
            "campaign_id": campaign_id,
            "lead_ids": [member.lead_id for member in members],
            "invited": [member.invited for member in members],
            "responded": [member.responded for member in members],
            "new_leads": [member.new_lead for member in members],
            "versions": [member.version for member in members],
        },
    )


def results_of(session: Session, campaign_ids: Sequence[int]) -> dict[int, Results]:
    """The results of each of these campaigns."""
    found: dict[int, Results] = defaultdict(Results)
    for count in session.scalars(select(MemberCount).where(MemberCount.campaign_id.in_(campaign_ids))):
        results = found[count.campaign_id]
        results.invited, results.responded, results.new_leads = count.invited, count.responded, count.new_leads
        results.response_rate = round(count.responded / count.invited, 4) if count.invited else None
    converted = select(ConversionCopy.campaign_id, func.count()).group_by(ConversionCopy.campaign_id)
    for campaign_id, number in session.execute(converted.where(ConversionCopy.campaign_id.in_(campaign_ids))):
        found[campaign_id].converted = number
    won = OpportunityCopy.phase_meaning == "won"
    lost = OpportunityCopy.phase_meaning == "lost"
    amount = func.coalesce(func.sum(OpportunityCopy.amount).filter(~lost), 0)
    won_amount = func.coalesce(func.sum(OpportunityCopy.amount).filter(won), 0)
    opportunities = select(OpportunityCopy.campaign_id, func.count().filter(won), amount, won_amount)
    for campaign_id, number, total, won_total in session.execute(
        opportunities.where(OpportunityCopy.campaign_id.in_(campaign_ids)).group_by(OpportunityCopy.campaign_id)
    ):
        results = found[campaign_id]
        results.won, results.opportunity_amount, results.won_amount = number, int(total or 0), int(won_total or 0)
    return found
