"""Rows of a plan that come again can go back to what they were"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0019"
down_revision: str | None = "import_0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "former_row",
        sa.Column("list_id", sa.BigInteger(), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("match", sa.JSON(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("former_row")
