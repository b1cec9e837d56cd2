"""The planner takes every list for one of two hundred, instead of going by the long lists of yesterday

A list that came after statistics were taken counted as one row, so that joins of its rows compared all with all. Of a
column without statistics PostgreSQL assumes 200 different values (DEFAULT_NUM_DISTINCT in its selfuncs.h). Giving the
column its own type once more forgets what was counted of it; nothing is written anew.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "import_0013"
down_revision: str | None = "import_0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("batch", "uploaded_row", "row_outcome", "moved_row", "kept_lead")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER list_id TYPE bigint, ALTER list_id SET STATISTICS 0")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER list_id SET STATISTICS -1")
