"""Leads in the order of their stages and owners"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0016"
down_revision: str | None = "lead_0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("lead_owner", table_name="lead")
    op.create_index("lead_owner", "lead", ["owner_id", "stage", "id"])
    op.create_index("lead_owner_order", "lead", [sa.literal_column("coalesce(owner_id, 0::bigint)"), "id"])
    op.create_index(
        "lead_department_owner", "lead", ["department_id", sa.literal_column("coalesce(owner_id, 0::bigint)"), "id"]
    )
    op.create_index("lead_stage_order", "lead", ["stage", "id"])


def downgrade() -> None:
    op.drop_index("lead_stage_order", table_name="lead")
    op.drop_index("lead_department_owner", table_name="lead")
    op.drop_index("lead_owner_order", table_name="lead")
    op.drop_index("lead_owner", table_name="lead")
    op.create_index("lead_owner", "lead", ["owner_id", "stage"])
