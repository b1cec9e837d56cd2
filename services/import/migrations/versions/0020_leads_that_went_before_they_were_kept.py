"""Leads that went with another list before it was heard that they are kept"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0020"
down_revision: str | None = "import_0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "released_lead",
        sa.Column("list_id", sa.BigInteger(), primary_key=True),
        sa.Column("lead_id", sa.BigInteger(), primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("released_lead")
