"""The history finds the list that an act belongs to"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0024"
down_revision: str | None = "lead_0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_settled_batch_cause_id", "settled_batch", ["cause_id"])


def downgrade() -> None:
    op.drop_index("ix_settled_batch_cause_id", "settled_batch")
