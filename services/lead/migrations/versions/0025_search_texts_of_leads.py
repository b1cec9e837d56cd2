"""A lead says itself what keywords are looked for in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0025"
down_revision: str | None = "lead_0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("search_text", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE lead l SET search_text = p.search_text FROM person p WHERE p.id = l.person_id")


def downgrade() -> None:
    op.drop_column("lead", "search_text")
