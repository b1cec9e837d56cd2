"""Long files that are read in portions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0008"
down_revision: str | None = "import_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("read_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("uploaded_list", "read_to")
