"""Who decided the conflicts of a batch"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0010"
down_revision: str | None = "import_0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("taken_by", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("batch", "taken_by")
