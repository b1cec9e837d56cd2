"""Handovers, conversions that can be taken back, and what possible duplicates of an account are found by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0003"
down_revision: str | None = "opportunity_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What naming.phone_key makes of the numbers that are stored already.
PHONE_KEYS = """
UPDATE account SET phone_key = regexp_replace(
    regexp_replace(normalize(phone, NFKC), '[^0-9+]', '', 'g'), '^[+]81[(]?0?', '0')
WHERE phone <> ''
"""


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("requester_id", sa.BigInteger(), nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("handover_of_opportunity", "handover", ["opportunity_id", "id"], unique=False)
    op.create_index(
        "handover_open",
        "handover",
        ["opportunity_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'returned')"),
    )
    op.add_column("conversion", sa.Column("cause_id", sa.Uuid(), nullable=True))
    op.add_column("opportunity", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("opportunity_phase", "opportunity", ["phase", "expected_on"], unique=False)
    op.add_column("account", sa.Column("phone_key", sa.Text(), server_default="", nullable=False))
    op.execute(PHONE_KEYS)
    op.create_index("account_phone_key", "account", ["phone_key"], postgresql_where=sa.text("phone_key <> ''"))
    op.create_index("account_domains", "account", ["domains"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("account_domains", "account")
    op.drop_index("account_phone_key", "account")
    op.drop_column("account", "phone_key")
    op.drop_index("opportunity_phase", "opportunity")
    op.drop_column("opportunity", "cancelled_at")
    op.drop_column("conversion", "cause_id")
    op.drop_table("handover")
