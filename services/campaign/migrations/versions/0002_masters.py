"""The masters as a new company finds them; from then on they are its own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "campaign_0002"
down_revision: str | None = "campaign_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# master → (code, Japanese, English, meaning), in their order
MASTERS = {
    "campaign-categories": [
        ("seminar", "セミナー", "Seminar", ""),
        ("webinar", "ウェビナー", "Webinar", ""),
        ("trade_fair", "展示会", "Trade fair", ""),
        ("own_event", "自社イベント", "Own event", ""),
        ("mailing", "メール配信", "Mailing", ""),
        ("direct_mail", "DM", "Direct mail", ""),
        ("web_advertising", "Web広告", "Web advertising", ""),
        ("document_request", "資料請求", "Document request", ""),
        ("referral", "紹介", "Referral", ""),
        ("other", "その他", "Other", ""),
    ],
    "campaign-statuses": [
        ("planned", "企画中", "Planned", "planned"),
        ("preparing", "準備中", "Preparing", "preparing"),
        ("running", "実施中", "Running", "running"),
        ("ended", "終了", "Ended", "ended"),
        ("cancelled", "中止", "Cancelled", "cancelled"),
    ],
    "venue-types": [
        ("onsite", "会場", "On site", ""),
        ("online", "オンライン", "Online", ""),
        ("hybrid", "ハイブリッド", "Hybrid", ""),
    ],
    "stakeholder-kinds": [
        ("own_staff", "自社担当", "Own staff", "own_staff"),
        ("organiser", "運営会社", "Organiser", ""),
        ("co_host", "共催", "Co-host", ""),
        ("speaker", "講師", "Speaker", ""),
        ("agency", "代理店", "Agency", ""),
        ("other", "その他", "Other", ""),
    ],
    "cost-kinds": [
        ("venue", "会場費", "Venue", ""),
        ("speaker", "講演料", "Speakers", ""),
        ("advertising", "広告費", "Advertising", ""),
        ("production", "制作費", "Production", ""),
        ("other", "その他", "Other", ""),
    ],
}

choice = sa.table(
    "choice", *(sa.column(name) for name in ("master", "code", "label_ja", "label_en", "meaning", "position"))
)


def upgrade() -> None:
    op.bulk_insert(
        choice,
        [
            {
                "master": master,
                "code": code,
                "label_ja": label_ja,
                "label_en": label_en,
                "meaning": meaning,
                "position": place,
            }
            for master, values in MASTERS.items()
            for place, (code, label_ja, label_en, meaning) in enumerate(values, start=1)
        ],
    )


def downgrade() -> None:
    op.execute(choice.delete())
