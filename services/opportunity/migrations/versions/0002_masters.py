"""The masters as a new company finds them; from then on they are its own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "opportunity_0002"
down_revision: str | None = "opportunity_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# master → (code, Japanese, English, meaning, probability in percent), in their order
MASTERS: dict[str, list[tuple[str, str, str, str, int | None]]] = {
    "opportunity-phases": [
        ("first_visit", "初回訪問", "First visit", "open", 10),
        ("hearing", "ヒアリング", "Hearing", "open", 20),
        ("proposal", "提案", "Proposal", "open", 40),
        ("quotation", "見積", "Quotation", "open", 60),
        ("negotiation", "交渉", "Negotiation", "open", 80),
        ("won", "受注", "Won", "won", 100),
        ("lost", "失注", "Lost", "lost", 0),
        ("on_hold", "保留", "On hold", "on_hold", None),
    ],
    "account-relations": [
        ("new", "新規", "New", "new", None),
        ("existing", "既存", "Existing", "existing", None),
        ("dormant", "休眠", "Dormant", "dormant", None),
        ("competitor", "競合", "Competitor", "competitor", None),
        ("no_dealings", "取引禁止", "No dealings", "no_dealings", None),
    ],
    "activity-types": [
        ("call", "電話", "Call", "", None),
        ("mail", "メール", "E-mail", "", None),
        ("web_meeting", "Web会議", "Web meeting", "", None),
        ("visit", "訪問", "Visit", "", None),
        ("other", "その他", "Other", "", None),
    ],
}

COLUMNS = ("master", "code", "label_ja", "label_en", "meaning", "position", "probability")
choice = sa.table("choice", *(sa.column(name) for name in COLUMNS))


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
                "probability": probability,
            }
            for master, values in MASTERS.items()
            for place, (code, label_ja, label_en, meaning, probability) in enumerate(values, start=1)
        ],
    )


def downgrade() -> None:
    op.execute(choice.delete())
