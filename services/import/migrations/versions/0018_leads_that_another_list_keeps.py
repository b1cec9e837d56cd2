"""Leads that an undoing left since another list has them, too"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0018"
down_revision: str | None = "import_0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("kept_lead", sa.Column("other_list", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("kept_lead", "other_list")
