"""The rows of a plan that share a key come in the order of their batches: the latest are found without the others"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0035"
down_revision: str | None = "lead_0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = {"planned_row_email": "email_key", "planned_row_bare": "bare_key", "planned_row_lead": "lead_id"}


def upgrade() -> None:
    for name, key in KEYS.items():
        op.drop_index(name, table_name="planned_row")
        op.create_index(name, "planned_row", ["list_id", key, "batch", "row"])


def downgrade() -> None:
    for name, key in KEYS.items():
        op.drop_index(name, table_name="planned_row")
        op.create_index(name, "planned_row", ["list_id", key])
