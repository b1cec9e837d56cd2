"""In which campaign a list had somebody without effect, and after which changes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0034"
down_revision: str | None = "lead_0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Unknown of the mentions that are there: they go on keeping leads, and no rows of campaign history.
    op.add_column("mention", sa.Column("campaign_id", sa.BigInteger(), nullable=True))
    op.add_column("mention", sa.Column("place", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("mention", "place")
    op.drop_column("mention", "campaign_id")
