"""What the rows of a batch were checked against, so that a plan need not be checked twice"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0009"
down_revision: str | None = "import_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("checked_against", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("batch", "checked_against")
