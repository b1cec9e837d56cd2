"""What people do not want to be told, and for whom a deputy is told"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "notification_0002"
down_revision: str | None = "notification_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("notification", sa.Column("on_behalf_of", sa.Text(), server_default="", nullable=False))
    op.add_column("notification", sa.Column("shown", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("user_copy", sa.Column("absent_from", sa.Date(), nullable=True))
    op.add_column("user_copy", sa.Column("absent_until", sa.Date(), nullable=True))
    op.add_column("user_copy", sa.Column("deputy_id", sa.BigInteger(), nullable=True))
    op.add_column("user_copy", sa.Column("preferences", postgresql.JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    for column in ("preferences", "deputy_id", "absent_until", "absent_from"):
        op.drop_column("user_copy", column)
    op.drop_column("notification", "shown")
    op.drop_column("notification", "on_behalf_of")
