"""Leads whose first response is waited for: found, and told of once"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0010"
down_revision: str | None = "lead_0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("escalated_due", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "lead_first_response",
        "lead",
        ["first_response_due"],
        postgresql_where=sa.text("first_response_due IS NOT NULL AND first_response_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("lead_first_response", table_name="lead")
    op.drop_column("lead", "escalated_due")
