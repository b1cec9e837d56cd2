"""The rows of a plan that share a key come in the order of their batches: the latest are found without the others; and
parts of a list that is taken back wait until it is their turn"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0035"
down_revision: str | None = "lead_0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = {"planned_row_email": "email_key", "planned_row_bare": "bare_key", "planned_row_lead": "lead_id"}


def upgrade() -> None:
    for name, key in KEYS.items():
        op.drop_index(name, table_name="planned_row")
        op.create_index(name, "planned_row", ["list_id", key, "batch", "row"])
    op.create_table(
        "waiting_part",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lead_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "part"),
    )


def downgrade() -> None:
    op.drop_table("waiting_part")
    for name, key in KEYS.items():
        op.drop_index(name, table_name="planned_row")
        op.create_index(name, "planned_row", ["list_id", key])
