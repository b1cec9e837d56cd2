"""How far leads came in campaigns, and who came without an invitation"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "campaign_0003"
down_revision: str | None = "campaign_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STEPS = ("contacted", "appointment", "handed_over")
COUNTS = ("walk_ins", "contacted", "appointments", "handed_over")


def upgrade() -> None:
    for step in STEPS:
        op.add_column("campaign_member_copy", sa.Column(step, sa.Boolean(), server_default="false", nullable=False))
    for count in COUNTS:
        op.add_column("campaign_member_count", sa.Column(count, sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE campaign_member_count AS counted SET walk_ins = (SELECT count(*) FROM campaign_member_copy AS copy"
        " WHERE copy.campaign_id = counted.campaign_id AND copy.responded AND NOT copy.invited)"
    )


def downgrade() -> None:
    for count in reversed(COUNTS):
        op.drop_column("campaign_member_count", count)
    for step in reversed(STEPS):
        op.drop_column("campaign_member_copy", step)
