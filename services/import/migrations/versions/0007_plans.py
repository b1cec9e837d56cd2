"""Lists that are planned before they are committed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0007"
down_revision: str | None = "import_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONCE = "uploaded_list_running_once"


def _once(running: str) -> None:
    op.drop_index(ONCE, table_name="uploaded_list")
    op.create_index(
        ONCE,
        "uploaded_list",
        ["created_by", "sha256", "kind", sa.literal_column("coalesce(campaign_id, 0)")],
        unique=True,
        postgresql_where=sa.text(f"status IN ({running})"),
    )


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("committed_by", sa.BigInteger(), nullable=True))
    op.add_column("uploaded_list", sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True))
    _once("'received', 'reading', 'planning', 'planned', 'committing'")
    op.create_table(
        "moved_row",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("list_id", "row"),
    )


def downgrade() -> None:
    op.drop_table("moved_row")
    _once("'received', 'reading', 'planned', 'committing'")
    op.drop_column("uploaded_list", "committed_at")
    op.drop_column("uploaded_list", "committed_by")
