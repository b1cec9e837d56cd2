"""Exports are written by workers; the ledger knows files of lists, too"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "import_0004"
down_revision: str | None = "import_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("export", sa.Column("total", sa.Integer(), nullable=True))
    op.add_column("export", sa.Column("ticket", sa.Text(), nullable=True))
    op.alter_column("export", "problem", new_column_name="problem_ja")
    op.add_column("export", sa.Column("problem_en", sa.Text(), nullable=True))
    op.alter_column("ledger_entry", "export_id", nullable=True)
    op.add_column("ledger_entry", sa.Column("list_id", sa.BigInteger(), nullable=True))
    op.add_column("ledger_entry", sa.Column("file_name", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_ledger_entry_list_id", "ledger_entry", ["list_id"])


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_list_id", "ledger_entry")
    op.drop_column("ledger_entry", "file_name")
    op.drop_column("ledger_entry", "list_id")
    op.execute("DELETE FROM ledger_entry WHERE export_id IS NULL")
    op.alter_column("ledger_entry", "export_id", nullable=False)
    op.drop_column("export", "problem_en")
    op.alter_column("export", "problem_ja", new_column_name="problem")
    op.drop_column("export", "ticket")
    op.drop_column("export", "total")
