"""What is chosen for known leads at upload, and for rows whose lead changed on the screen too"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "import_0005"
down_revision: str | None = "import_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploaded_list", sa.Column("rounds", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE uploaded_list SET rounds = corrections")
    op.add_column("uploaded_list", sa.Column("overwrite", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("uploaded_list", sa.Column("erase_blanks", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("uploaded_row", sa.Column("seen", sa.Integer(), nullable=True))
    op.add_column("batch", sa.Column("takes", sa.Text(), nullable=True))
    op.add_column("row_outcome", sa.Column("changes", sa.JSON(), nullable=True))
    op.add_column("row_outcome", sa.Column("seen", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table, columns in {
        "row_outcome": ("seen", "changes"),
        "batch": ("takes",),
        "uploaded_row": ("seen",),
        "uploaded_list": ("erase_blanks", "overwrite", "rounds"),
    }.items():
        for column in columns:
            op.drop_column(table, column)
