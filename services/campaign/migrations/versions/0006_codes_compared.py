"""Codes are compared without case and width; where two were the same but for that, the first one has the key"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "campaign_0006"
down_revision: str | None = "campaign_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = """
UPDATE {table} t SET code_key = f.key FROM (
    SELECT id, key, row_number() OVER (PARTITION BY key ORDER BY id) AS place
    FROM (SELECT id, lower(btrim(normalize(code, NFKC))) AS key FROM {table}) k
) f WHERE f.id = t.id AND f.place = 1
"""


def upgrade() -> None:
    op.add_column("campaign", sa.Column("code_key", sa.Text(), nullable=True))
    op.execute(KEYS.format(table="campaign"))
    op.create_unique_constraint("campaign_code_key_key", "campaign", ["code_key"])


def downgrade() -> None:
    op.drop_column("campaign", "code_key")
