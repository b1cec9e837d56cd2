"""The masters and settings as a new company finds them; from then on they are its own."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "lead_0003"
down_revision: str | None = "lead_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# master → (code, Japanese, English, meaning, what else it decides), in their order
PLAIN: dict[str, list[tuple[str, str, str, str]]] = {
    "lead-stages": [
        ("new", "未対応", "New", "open"),
        ("approaching", "アプローチ中", "Approaching", "open"),
        ("connected", "接続済", "Connected", "open"),
        ("nurturing", "育成中", "Nurturing", "open"),
        ("appointment", "アポ獲得", "Appointment", "appointment"),
        ("handed_over", "営業引継ぎ", "Handed over", "handed_over"),
        ("converted", "案件化", "Converted", "converted"),
        ("passed", "見送り", "Passed", "dropped"),
        ("out_of_scope", "対象外", "Out of scope", "dropped"),
    ],
    "lead-sources": [
        ("trade_fair", "展示会", "Trade fair", ""),
        ("seminar", "セミナー", "Seminar", ""),
        ("webinar", "ウェビナー", "Webinar", ""),
        ("document_request", "資料請求", "Document request", ""),
        ("web_advertising", "Web広告", "Web advertising", ""),
        ("referral", "紹介", "Referral", ""),
        ("cold_call", "テレアポ", "Cold call", ""),
        ("inquiry", "問い合わせ", "Inquiry", ""),
        ("purchased_list", "購入リスト", "Purchased list", ""),
        ("other", "その他", "Other", ""),
    ],
    "temperatures": [("A", "A", "A", "hot"), ("B", "B", "B", "warm"), ("C", "C", "C", "cold")],
    "action-types": [
        ("call_out", "電話発信", "Outgoing call", "phone"),
        ("call_in", "電話着信", "Incoming call", "phone"),
        ("mail", "メール", "Mail", "mail"),
        ("web_meeting", "Web会議", "Web meeting", "meeting"),
        ("visit", "訪問", "Visit", "meeting"),
        ("letter", "手紙・DM", "Letter", "letter"),
        ("other", "その他", "Other", ""),
    ],
    "action-reached": [
        ("person", "本人", "The person", "person"),
        ("reception", "受付", "Reception", "other"),
        ("proxy", "代理", "Somebody else", "other"),
    ],
    "person-statuses": [
        ("present", "在籍", "Present", "present"),
        ("moved", "異動", "Moved", "gone"),
        ("left", "退職", "Left", "gone"),
    ],
}
# code, Japanese, English, is a response?, rank: a lower one never replaces a higher one
STATUSES = [
    ("invited", "招待済", "Invited", False, 10),
    ("opened", "開封", "Opened", False, 20),
    ("applied", "申込", "Applied", True, 50),
    ("attended", "参加", "Attended", True, 90),
    ("left_early", "途中退出", "Left early", True, 80),
    ("requested", "資料請求", "Requested material", True, 70),
    ("absent", "欠席", "Absent", False, 60),
    ("cancelled", "キャンセル", "Cancelled", False, 55),
    ("undelivered", "不達", "Undelivered", False, 15),
    ("refused", "拒否", "Refused", False, 40),
]
# code, Japanese, English, counts as contact, reached, next stage, days to the next action, sets do-not-call
RESULTS = [
    ("no_answer", "不通・留守電", "No answer", False, False, "approaching", 1, False),
    ("blocked", "受付ブロック", "Blocked at reception", True, False, "approaching", 7, False),
    ("absent", "担当者不在", "Not at the desk", True, False, "approaching", 1, False),
    ("connected", "本人接続", "Spoke to the person", True, True, "connected", 7, False),
    ("material_sent", "資料送付", "Material sent", True, True, "nurturing", 7, False),
    ("prospect", "見込み", "Prospect", True, True, "nurturing", 14, False),
    ("callback", "再架電約束", "To be called back", True, True, "connected", 2, False),
    ("appointment", "アポ獲得", "Appointment", True, True, "appointment", None, False),
    ("refused", "お断り", "Refused", True, True, "passed", None, False),
    ("wrong_number", "番号違い", "Wrong number", False, False, None, None, False),
    ("gone", "退職・異動", "Left or moved", True, False, None, None, False),
    ("do_not_call", "架電禁止", "Do not call", True, True, None, None, True),
    ("mail_answered", "メール返信あり", "Mail answered", True, True, "connected", 3, False),
    ("mail_bounced", "メール不達", "Mail bounced", False, False, None, None, False),
]


def upgrade() -> None:
    choices: list[tuple[Any, ...]] = [
        (master, position, *row, {}) for master, rows in PLAIN.items() for position, row in enumerate(rows, start=1)
    ]
    for position, (code, japanese, english, response, rank) in enumerate(STATUSES, start=1):
        meaning = "response" if response else "none"
        choices.append(("member-statuses", position, code, japanese, english, meaning, {"rank": rank}))
    for position, (code, japanese, english, contact, reached, stage, days, forbids) in enumerate(RESULTS, start=1):
        decides = {
            "contact": contact,
            "reached": reached,
            "next_stage": stage,
            "days": days,
            "do_not_call": forbids,
        }
        meaning = "reached" if reached else "contact" if contact else "none"
        choices.append(("action-results", position, code, japanese, english, meaning, decides))
    for master in [*PLAIN, "member-statuses", "action-results"]:
        op.execute(sa.text("INSERT INTO master (name) VALUES (:name)").bindparams(name=master))
    insert = sa.text(
        "INSERT INTO choice (master, position, code, label_ja, label_en, meaning, extra)"
        " VALUES (:master, :position, :code, :label_ja, :label_en, :meaning, CAST(:extra AS jsonb))"
    )
    names = ("master", "position", "code", "label_ja", "label_en", "meaning")
    for choice in choices:
        values = dict(zip(names, choice[:-1], strict=True))
        op.execute(insert.bindparams(**values, extra=json.dumps(choice[-1])))
    op.execute(sa.text("INSERT INTO setting (name, value) VALUES ('matching_key', '\"email\"')"))


def downgrade() -> None:
    op.execute("DELETE FROM setting")
    op.execute("DELETE FROM choice")
    op.execute("DELETE FROM master")
