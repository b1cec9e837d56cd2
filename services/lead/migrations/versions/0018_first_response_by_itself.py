"""A due moment for the first response that nobody has to set: 48 hours of working days after a lead was given"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0018"
down_revision: str | None = "lead_0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # What was given before is nobody's delay now.
    op.execute(
        "INSERT INTO setting (name, value) VALUES ('first_response', jsonb_build_object('hours', 48, 'since', now()))"
    )
    op.create_index(
        "lead_given",
        "lead",
        ["assigned_at"],
        postgresql_where=sa.text("first_response_due IS NULL AND first_response_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("lead_given", table_name="lead")
    op.execute("DELETE FROM setting WHERE name = 'first_response'")
