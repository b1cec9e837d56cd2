"""Lists that are planned before they are committed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0019"
down_revision: str | None = "lead_0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "planned_batch",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "batch"),
    )
    op.create_table(
        "planned_row",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("bare_key", sa.Text(), nullable=True),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "row"),
    )
    for name, column in (("email", "email_key"), ("bare", "bare_key"), ("lead", "lead_id")):
        op.create_index(f"planned_row_{name}", "planned_row", ["list_id", column])
    op.create_table(
        "early_batch",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "batch", "plan"),
    )


def downgrade() -> None:
    for table in ("early_batch", "planned_row", "planned_batch"):
        op.drop_table(table)
