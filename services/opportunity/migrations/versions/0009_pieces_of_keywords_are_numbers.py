"""The pieces of keywords are numbers in their indexes

Numbers are compared, kept and sorted in by half the work of texts. A Latin letter alone is no piece any longer: most of
them stand in nearly every text.
"""

from collections.abc import Sequence
from importlib import import_module

import sqlalchemy as sa
from alembic import op

from chassis.migrations.keyword_pieces import GRAMS

revision: str = "opportunity_0009"
down_revision: str | None = "opportunity_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("account", "opportunity")


def upgrade() -> None:
    _index_by(GRAMS)


def _index_by(function: str) -> None:
    for table in TABLES:
        op.drop_index(f"{table}_search", table_name=table)
    op.execute("DROP FUNCTION grams(text)")
    op.execute(function)
    for table in TABLES:
        expression: sa.ColumnElement[str] = sa.literal_column("grams(search_key)")
        op.create_index(f"{table}_search", table, [expression], postgresql_using="gin")
        op.execute(f"ANALYZE {table}")


def downgrade() -> None:
    before = import_module("services.opportunity.migrations.versions.0006_rare_letters_and_digits")
    _index_by(before.GRAMS)
