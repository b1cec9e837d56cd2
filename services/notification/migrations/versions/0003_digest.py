"""One mail a day for those who want it so; deputies hear of everything, and of each absent person by itself"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "notification_0003"
down_revision: str | None = "notification_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONCE = "notification_recipient_id_kind_cause_id_key"


def upgrade() -> None:
    op.add_column("notification", sa.Column("addressee_id", sa.BigInteger()))
    op.execute("UPDATE notification SET addressee_id = recipient_id")
    op.alter_column("notification", "addressee_id", nullable=False)
    op.drop_constraint(ONCE, "notification")
    op.execute(
        "UPDATE notification SET addressee_id = 0, kind = 'lead_assigned' WHERE kind = 'lead_assigned_to_absent'"
    )
    op.create_unique_constraint(None, "notification", ["recipient_id", "addressee_id", "kind", "cause_id"])
    op.add_column("notification", sa.Column("waits_for_digest", sa.Boolean(), server_default="false", nullable=False))
    op.create_index(
        "notification_for_digest",
        "notification",
        ["recipient_id", "id"],
        postgresql_where=sa.text("waits_for_digest"),
    )
    op.add_column("notification", sa.Column("mail_id", sa.BigInteger(), sa.ForeignKey("mail.id")))
    op.execute("UPDATE notification n SET mail_id = m.id FROM mail m WHERE m.notification_id = n.id")
    op.drop_column("mail", "notification_id")
    op.add_column("mail", sa.Column("digest_for", sa.BigInteger()))
    op.add_column("mail", sa.Column("digest_day", sa.Date()))
    op.create_unique_constraint(None, "mail", ["digest_for", "digest_day"])


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE addressee_id <> recipient_id")
    op.drop_column("notification", "addressee_id")  # and what was unique with it
    op.create_unique_constraint(ONCE, "notification", ["recipient_id", "kind", "cause_id"])
    op.add_column("mail", sa.Column("notification_id", sa.BigInteger(), sa.ForeignKey("notification.id")))
    op.execute("UPDATE mail m SET notification_id = n.id FROM notification n WHERE n.mail_id = m.id")
    op.drop_column("notification", "mail_id")
    op.drop_column("notification", "waits_for_digest")
    op.execute("DELETE FROM mail WHERE digest_for IS NOT NULL OR notification_id IS NULL")
    op.alter_column("mail", "notification_id", nullable=False)
    op.create_unique_constraint("mail_notification_id_key", "mail", ["notification_id"])
    op.drop_column("mail", "digest_for")
    op.drop_column("mail", "digest_day")
