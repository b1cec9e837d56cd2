"""Campaigns of outsourced callers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "lead_0017"
down_revision: str | None = "lead_0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    campaigns: sa.Column[list[int]] = sa.Column(
        "campaign_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
    )
    op.add_column("user_copy", campaigns)


def downgrade() -> None:
    op.drop_column("user_copy", "campaign_ids")
