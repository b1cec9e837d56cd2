"""The orders 次回アクション and 最終接触 have indexes; two more old forms are folded"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0007"
down_revision: str | None = "lead_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ORDERS = {
    "lead_next_action_order": "coalesce(next_action_at, '9999-01-01 00:00:00+00'::timestamptz)",
    "lead_last_contact_order": "coalesce(last_contact_at, '1900-01-01 00:00:00+00'::timestamptz)",
}
KEYS = ("name_key", "bare_key", "reading", "search_text")
FOLD = f"""
UPDATE person SET {", ".join(f"{key} = translate({key}, '驛晉', '駅晋')" for key in KEYS)}
WHERE search_text ~ '[驛晉]'
"""


def upgrade() -> None:
    for name, value in ORDERS.items():
        op.create_index(name, "lead", [sa.literal_column(value), "id"])
    op.execute(FOLD)


def downgrade() -> None:
    for name in ORDERS:
        op.drop_index(name, table_name="lead")
