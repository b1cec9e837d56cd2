"""The indexes of leads by person and by stage say more of them"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0021"
down_revision: str | None = "lead_0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    included = ["id", "stage", "updated_at"]
    op.create_index("lead_person", "lead", ["person_id"], unique=True, postgresql_include=included)
    op.drop_constraint("lead_person_id_key", "lead")
    op.drop_index("lead_stage_order", "lead")
    op.create_index("lead_stage_order", "lead", ["stage", "id"], postgresql_include=["person_id"])


def downgrade() -> None:
    op.drop_index("lead_stage_order", "lead")
    op.create_index("lead_stage_order", "lead", ["stage", "id"])
    op.create_unique_constraint("lead_person_id_key", "lead", ["person_id"])
    op.drop_index("lead_person", "lead")
