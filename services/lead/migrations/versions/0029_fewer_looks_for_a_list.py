"""Merging looks into fewer places: the address index says whose it is, changes have one index less

Of each known person of a list the row was read only for its id and the key of its name. Changes are looked for by lead
or act; their ids had an index that nobody used.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0029"
down_revision: str | None = "lead_0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _index_addresses(included: list[str]) -> None:
    op.drop_index("person_email_key", "person")
    where = sa.text("email_key IS NOT NULL")
    op.create_index("person_email_key", "person", ["email_key"], postgresql_include=included, postgresql_where=where)


def upgrade() -> None:
    _index_addresses(["id", "name_key"])
    op.drop_constraint("change_pkey", "change")
    op.create_primary_key("change_pkey", "change", ["lead_id", "id"])
    op.drop_index("change_lead", "change")


def downgrade() -> None:
    op.create_index("change_lead", "change", ["lead_id", "id"])
    op.drop_constraint("change_pkey", "change")
    op.create_primary_key("change_pkey", "change", ["id"])
    _index_addresses([])
