"""Which version of a lead a change made, so that an exported list can be compared with what was exported"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0015"
down_revision: str | None = "lead_0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("change", sa.Column("lead_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("change", "lead_version")
