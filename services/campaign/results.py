"""What campaigns have reached so far, by what lead and opportunity said."""

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.events import MemberFact

from .models import ConversionCopy, MemberCount, OpportunityCopy
from .schemas import Results

FLAGS = ("invited", "responded", "new_lead", "contacted", "appointment", "handed_over")
# What is counted, and of whom.
COUNTED = {
    "invited": "invited",
    "responded": "responded",
    "walk_ins": "responded AND NOT {0}.invited",
    "new_leads": "new_lead",
    "contacted": "contacted",
    "appointments": "appointment",
    "handed_over": "handed_over",
}


def _difference(count: str, of: str) -> str:
    after, before = (f"count(*) FILTER (WHERE {table}.{of.format(table)})" for table in ("after", "before"))
    return f"{after} - {before} AS {count}"


# The old rows are read, the newer ones written, and the difference added to the count, all in one statement.
COUNT_MEMBERS = text(f"""
    WITH news AS (
        SELECT DISTINCT ON (lead_id) *
        FROM unnest(CAST(:lead_ids AS bigint[]), CAST(:versions AS integer[]),
                    {", ".join(f"CAST(:{flag} AS boolean[])" for flag in FLAGS)})
             AS news (lead_id, version, {", ".join(FLAGS)})
        ORDER BY lead_id, version DESC
    ), before AS (
        SELECT copy.* FROM campaign_member_copy AS copy JOIN news USING (lead_id) WHERE copy.campaign_id = :campaign_id
    ), after AS (
        INSERT INTO campaign_member_copy AS copy (campaign_id, lead_id, version, {", ".join(FLAGS)})
        SELECT :campaign_id, lead_id, version, {", ".join(FLAGS)} FROM news
        ON CONFLICT (campaign_id, lead_id) DO UPDATE SET
            version = excluded.version, {", ".join(f"{flag} = excluded.{flag}" for flag in FLAGS)}
        WHERE copy.version < excluded.version
        RETURNING lead_id, {", ".join(FLAGS)}
    )
    UPDATE campaign_member_count AS counted SET
        {", ".join(f"{count} = counted.{count} + difference.{count}" for count in COUNTED)}
    FROM (
        SELECT {", ".join(_difference(count, of) for count, of in COUNTED.items())}
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
            "lead_ids": _array(members, "lead_id"),
            "versions": _array(members, "version"),
        }
        | {flag: _array(members, flag) for flag in FLAGS},
    )


def _array(members: Sequence[MemberFact], field: str) -> str:
    """As PostgreSQL writes numbers and truth; with lists, psycopg looks at each value: all this took twice the time."""
    return f"{{{','.join(map(str, map(attrgetter(field), members)))}}}"


def results_of(session: Session, campaign_ids: Sequence[int]) -> dict[int, Results]:
    """The results of each of these campaigns."""
    found: dict[int, Results] = defaultdict(Results)
    for count in session.scalars(select(MemberCount).where(MemberCount.campaign_id.in_(campaign_ids))):
        results = found[count.campaign_id]
        for name in COUNTED:
            setattr(results, name, getattr(count, name))
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
