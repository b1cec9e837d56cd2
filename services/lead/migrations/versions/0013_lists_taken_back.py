"""Lists that are taken back"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0013"
down_revision: str | None = "lead_0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "undoing",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause_id", sa.UUID(), nullable=False),
        sa.Column("parts_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("list_id"),
    )
    op.create_table(
        "undone_part",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "part"),
    )
    op.create_table(
        "mention",
        sa.Column("lead_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("lead_id", "list_id"),
    )
    op.create_table(
        "former_member",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "lead_id"),
    )
    # Whoever deletes a person asks whether somebody was merged into it.
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("person_merged_into", "person", ["merged_into"], postgresql_where=merged)


def downgrade() -> None:
    op.drop_index("person_merged_into", table_name="person")
    for table in ("former_member", "mention", "undone_part", "undoing"):
        op.drop_table(table)
