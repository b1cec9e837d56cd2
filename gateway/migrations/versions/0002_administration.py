"""First passwords that have to be changed; departments that are retired"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "gateway_0002"
down_revision: str | None = "gateway_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "user_account", sa.Column("must_change_password", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("department", sa.Column("active", sa.Boolean(), server_default="true", nullable=False))


def downgrade() -> None:
    op.drop_column("department", "active")
    op.drop_column("user_account", "must_change_password")
