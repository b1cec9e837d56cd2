"""Leads that are gone"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0007"
down_revision: str | None = "opportunity_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("lead_copy", sa.Column("removed", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("lead_copy", "removed")
