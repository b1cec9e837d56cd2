"""Leads are found by their account and by the campaign of their conversion"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0011"
down_revision: str | None = "lead_0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FOUND_BY = {"lead_account": "account_id", "lead_converted_campaign": "converted_campaign_id"}


def upgrade() -> None:
    for name, column in FOUND_BY.items():
        op.create_index(name, "lead", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def downgrade() -> None:
    for name in FOUND_BY:
        op.drop_index(name, table_name="lead")
