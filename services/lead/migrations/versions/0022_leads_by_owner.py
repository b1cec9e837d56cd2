"""The index of leads by owner says more of them"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0022"
down_revision: str | None = "lead_0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("lead_owner", "lead")
    included = ["person_id", "updated_at"]
    op.create_index("lead_owner", "lead", ["owner_id", "stage", "id"], postgresql_include=included)


def downgrade() -> None:
    op.drop_index("lead_owner", "lead")
    op.create_index("lead_owner", "lead", ["owner_id", "stage", "id"])
