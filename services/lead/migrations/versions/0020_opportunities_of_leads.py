"""Opportunities of leads"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0020"
down_revision: str | None = "lead_0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "opportunity_copy",
        sa.Column("opportunity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("opportunity_id"),
    )
    op.create_index("ix_opportunity_copy_lead_id", "opportunity_copy", ["lead_id"])


def downgrade() -> None:
    op.drop_table("opportunity_copy")
