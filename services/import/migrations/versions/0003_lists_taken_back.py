"""Lists that are taken back"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "import_0003"
down_revision: str | None = "import_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COUNTS = ("undoing_leads", "undone_leads", "kept_leads")


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("undone_by", sa.BigInteger(), nullable=True))
    op.add_column("uploaded_list", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "uploaded_list",
        sa.Column("undone_parts", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
    )
    for count in COUNTS:
        op.add_column("uploaded_list", sa.Column(count, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "kept_lead",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("list_id", "lead_id"),
    )


def downgrade() -> None:
    op.drop_table("kept_lead")
    for column in (*COUNTS, "undone_parts", "undone_at", "undone_by"):
        op.drop_column("uploaded_list", column)
