"""What somebody is asked about a file before it is read; lists that are cancelled while they run"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "import_0006"
down_revision: str | None = "import_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("reading_bytes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("uploaded_list", sa.Column("asks", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("uploaded_list", sa.Column("question", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("uploaded_list", sa.Column("said", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("uploaded_list", sa.Column("cancelled_by", sa.BigInteger(), nullable=True))
    op.add_column("uploaded_list", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "header_meaning",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name"),
    )


def downgrade() -> None:
    op.drop_table("header_meaning")
    for column in ("cancelled_at", "cancelled_by", "said", "question", "asks", "reading_bytes"):
        op.drop_column("uploaded_list", column)
