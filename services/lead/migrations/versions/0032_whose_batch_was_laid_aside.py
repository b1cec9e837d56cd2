"""A batch that was laid aside knows its act: the end of another one, heard late, does not take it along"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0032"
down_revision: str | None = "lead_0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Empty for those that wait just now, and for what workers of the version before lay aside.
    op.add_column("early_batch", sa.Column("cause_id", sa.Uuid))


def downgrade() -> None:
    op.drop_column("early_batch", "cause_id")
