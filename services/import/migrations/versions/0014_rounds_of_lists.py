"""When the last round of a list began, and how much of it was settled before"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0014"
down_revision: str | None = "import_0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("went_on_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("uploaded_list", sa.Column("settled_before", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("uploaded_list", "settled_before")
    op.drop_column("uploaded_list", "went_on_at")
