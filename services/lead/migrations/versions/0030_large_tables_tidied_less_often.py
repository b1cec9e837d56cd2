"""What lists add to is tidied after so many new rows, not after every list

PostgreSQL looks through a table after a fifth of it is new, and sooner where most of it was looked through and frozen:
with 1,000,000 persons after every list of 100,000 rows, and each time it went through the whole index of keywords,
beside the next list. For three such lists it took 5.5 s of a processor. How values are spread changes slowly.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "lead_0030"
down_revision: str | None = "lead_0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# New rows after which a table is looked through (beside a fifth of those not frozen), the part of it that is new when
# it is analysed. Whether a row is visible to all is asked of an index by lists of leads, not of changes.
SETTINGS: dict[str, dict[str, float]] = {
    "person": {"autovacuum_vacuum_insert_threshold": 250_000},
    "lead": {"autovacuum_vacuum_insert_threshold": 250_000, "autovacuum_analyze_scale_factor": 0.3},
    "campaign_member": {"autovacuum_vacuum_insert_threshold": 250_000, "autovacuum_analyze_scale_factor": 0.3},
    "change": {"autovacuum_vacuum_insert_threshold": 1_000_000, "autovacuum_analyze_scale_factor": 0.3},
}


def upgrade() -> None:
    for table, settings in SETTINGS.items():
        op.execute(f"ALTER TABLE {table} SET ({', '.join(f'{name} = {value}' for name, value in settings.items())})")


def downgrade() -> None:
    for table, settings in SETTINGS.items():
        op.execute(f"ALTER TABLE {table} RESET ({', '.join(settings)})")
