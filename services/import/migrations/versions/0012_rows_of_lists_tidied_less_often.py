"""What lists leave is tidied after a million new rows and a fifth of what is there, not after every list

Rows and what became of them are mostly added and read: PostgreSQL looked through them beside the next list.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "import_0012"
down_revision: str | None = "import_0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("uploaded_row", "row_outcome")
THRESHOLDS = ("autovacuum_vacuum_insert_threshold", "toast.autovacuum_vacuum_insert_threshold")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} SET ({', '.join(f'{name} = 1000000' for name in THRESHOLDS)})")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} RESET ({', '.join(THRESHOLDS)})")
