"""The planner takes every list that is planned for one of two hundred, instead of going by the long ones of yesterday

A list that came after statistics were taken counted as one row, so that each of its batches went through the whole plan
for the rows that it meets. Of a column without statistics PostgreSQL assumes 200 different values (DEFAULT_NUM_DISTINCT
in its selfuncs.h). Giving the column its own type once more forgets what was counted of it; nothing is written anew.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0031"
down_revision: str | None = "lead_0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE planned_row ALTER list_id TYPE bigint, ALTER list_id SET STATISTICS 0")


def downgrade() -> None:
    op.execute("ALTER TABLE planned_row ALTER list_id SET STATISTICS -1")
