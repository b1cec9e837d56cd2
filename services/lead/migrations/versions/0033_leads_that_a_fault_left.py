"""Leads that a fault left as they are when their list was taken back, and the acts that take them up"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0033"
down_revision: str | None = "lead_0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("undone_part", sa.Column("left_leads", sa.ARRAY(sa.BigInteger()), nullable=True))
    op.create_table(
        "further_undoing",
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cause_id"),
    )


def downgrade() -> None:
    op.drop_table("further_undoing")
    op.drop_column("undone_part", "left_leads")
