"""Persons are analysed after three in ten are new, not one; more of their keywords may wait to be sorted in

To note how common each gram of their keywords is, PostgreSQL makes the grams of 30,000 persons anew: 1.7 s of a
processor, with 1,000,000 persons after every other list of 100,000 rows, and while it is merged. How common a gram is
changes slowly. Keywords are sorted in some batches at once (keyword_index.py), for which 32 MB were too few.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0027"
down_revision: str | None = "lead_0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE person SET (autovacuum_analyze_scale_factor = 0.3)")
    op.execute("ALTER INDEX person_search SET (gin_pending_list_limit = 65536)")


def downgrade() -> None:
    op.execute("ALTER INDEX person_search SET (gin_pending_list_limit = 32768)")
    op.execute("ALTER TABLE person RESET (autovacuum_analyze_scale_factor)")
