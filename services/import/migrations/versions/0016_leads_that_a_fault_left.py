"""Leads that a fault left as they are when their list was taken back"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0016"
down_revision: str | None = "import_0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("kept_lead", "changed_at", nullable=True)
    op.add_column("uploaded_list", sa.Column("failed_leads", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("uploaded_list", "failed_leads")
    op.execute("UPDATE kept_lead SET changed_at = now() WHERE changed_at IS NULL")
    op.alter_column("kept_lead", "changed_at", nullable=False)
