"""Codes are compared without case and width; where two were the same but for that, the first one has the key"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0008"
down_revision: str | None = "opportunity_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = """
UPDATE {table} t SET code_key = f.key FROM (
    SELECT id, key, row_number() OVER (PARTITION BY key ORDER BY id) AS place
    FROM (SELECT id, lower(btrim(normalize(code, NFKC))) AS key FROM {table}) k
) f WHERE f.id = t.id AND f.place = 1
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("code_key", sa.Text(), nullable=True))
    op.add_column("opportunity", sa.Column("code_key", sa.Text(), nullable=True))
    op.execute(KEYS.format(table="account"))
    op.execute(KEYS.format(table="opportunity"))
    op.create_unique_constraint("account_code_key_key", "account", ["code_key"])
    op.create_unique_constraint("opportunity_code_key_key", "opportunity", ["code_key"])


def downgrade() -> None:
    op.drop_column("account", "code_key")
    op.drop_column("opportunity", "code_key")
