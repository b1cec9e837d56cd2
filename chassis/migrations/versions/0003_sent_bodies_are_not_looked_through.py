"""The bodies of events are looked through when they are deleted, not when they were added

They are never changed, and read once: nobody gains from a note that they are visible to all.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "chassis_0003"
down_revision: str | None = "chassis_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE outbox_event SET (toast.autovacuum_vacuum_insert_threshold = -1)")


def downgrade() -> None:
    op.execute("ALTER TABLE outbox_event RESET (toast.autovacuum_vacuum_insert_threshold)")
