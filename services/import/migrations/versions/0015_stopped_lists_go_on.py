"""Stopped lists go on where they were stopped"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0015"
down_revision: str | None = "import_0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("stopped_after", sa.Integer(), nullable=True))
    op.add_column("uploaded_list", sa.Column("resumed_by", sa.BigInteger(), nullable=True))
    op.add_column("uploaded_list", sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("uploaded_list", "resumed_at")
    op.drop_column("uploaded_list", "resumed_by")
    op.drop_column("uploaded_list", "stopped_after")
