"""Actions are found by who did them and when"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0005"
down_revision: str | None = "lead_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("action_by", "action", ["by", "occurred_at"])
    op.create_index("action_occurred", "action", ["occurred_at", "id"])


def downgrade() -> None:
    op.drop_index("action_occurred", table_name="action")
    op.drop_index("action_by", table_name="action")
