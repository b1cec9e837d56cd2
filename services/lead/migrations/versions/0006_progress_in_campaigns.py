"""How far leads came in their campaigns; what is known from actions, stages and conversions is filled in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0006"
down_revision: str | None = "lead_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STEPS = ("contacted", "appointment", "handed_over")
# The version grows, so that whoever is told again takes it in.
FILL = """
WITH codes AS (
    SELECT code, meaning FROM choice WHERE master = 'lead-stages' AND meaning IN ('appointment', 'handed_over')
), results AS (
    SELECT r.code, coalesce((r.extra ->> 'contact')::boolean, false) AS contact,
        EXISTS (SELECT FROM codes s WHERE s.code = r.extra ->> 'next_stage' AND s.meaning = 'appointment')
            AS appointment
    FROM choice r WHERE r.master = 'action-results'
), latest AS (
    SELECT DISTINCT ON (lead_id) id, lead_id FROM campaign_member ORDER BY lead_id, id DESC
), stages AS (
    SELECT c.lead_id, bool_or(s.meaning = 'appointment') AS appointment,
        bool_or(s.meaning = 'handed_over') AS handed_over
    FROM change c JOIN codes s ON s.code = c.after #>> '{}'
    WHERE c.record_type = 'lead' AND c.field = 'stage' GROUP BY c.lead_id
), found AS (
    SELECT m.id, bool_or(coalesce(r.contact, false)) AS contacted,
        bool_or(coalesce(r.appointment, false) OR (latest.id IS NOT NULL AND coalesce(s.appointment, false)))
            AS appointment,
        bool_or((latest.id IS NOT NULL AND coalesce(s.handed_over, false))
            OR coalesce(l.converted_campaign_id = m.campaign_id, false)) AS handed_over
    FROM campaign_member m JOIN lead l ON l.id = m.lead_id
    LEFT JOIN latest ON latest.id = m.id
    LEFT JOIN stages s ON s.lead_id = m.lead_id
    LEFT JOIN action a ON a.lead_id = m.lead_id AND a.campaign_id = m.campaign_id
    LEFT JOIN results r ON r.code = a.result
    GROUP BY m.id
)
UPDATE campaign_member m SET contacted = f.contacted, appointment = f.appointment, handed_over = f.handed_over,
    version = m.version + 1
FROM found f WHERE f.id = m.id AND (f.contacted OR f.appointment OR f.handed_over)
"""


def upgrade() -> None:
    for step in STEPS:
        op.add_column("campaign_member", sa.Column(step, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(FILL)


def downgrade() -> None:
    for step in reversed(STEPS):
        op.drop_column("campaign_member", step)
