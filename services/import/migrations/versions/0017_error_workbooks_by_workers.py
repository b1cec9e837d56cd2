"""Long error workbooks are exports, too: of a list"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0017"
down_revision: str | None = "import_0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("export", sa.Column("list_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("export", "list_id")
