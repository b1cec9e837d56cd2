"""The digest: one mail a day with what came in since the last one, for those who do not want a mail for each notice."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from chassis.company_time import COMPANY_TIME

from . import wording
from .models import Notification
from .wording import Words

HOUR = 8  # of the morning, in company time
NAMED = 20  # so many notices of a kind are named; the page shows the rest

KINDS = {  # in the order of the mail
    "handover_requested": ("引継ぎの依頼", "Handovers asked of you"),
    "handover_returned": ("引継ぎの差戻し", "Handovers returned to you"),
    "handover_accepted": ("引継ぎの受領", "Handovers taken over"),
    "lead_assigned": ("リードの担当", "Leads assigned to you"),
    "lead_taken_back": ("担当から外れたリード", "Leads that are not yours any more"),
    "first_response_overdue": ("初回対応の期限超過", "First responses overdue"),
    "lead_converted": ("案件化", "Conversions"),
    "conversion_cancelled": ("案件化の取消", "Conversions taken back"),
}


def last_cut(now: datetime) -> datetime:
    """The last time at which digests were due; what came in before it belongs into them."""
    here = now.astimezone(COMPANY_TIME)
    cut = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return cut if cut <= here else cut - timedelta(days=1)


def mail(entries: Sequence[Notification], reader: str, language: str, public_url: str, day: date) -> Words:
    """The digest of these notices. `public_url` has no slash at its end."""
    language = "en" if language == "en" else "ja"
    head, foot = wording.ENVELOPES[language]
    order = list(KINDS)
    kinds = groupby(sorted(entries, key=lambda entry: order.index(entry.kind)), key=lambda entry: entry.kind)
    parts = [_kind(kind, list(notices), language, public_url) for kind, notices in kinds]
    subject, begun, where, why = (_english if language == "en" else _japanese)(len(entries), day)
    links = [where, f"{public_url}/notifications?unread=true", "", why, f"{public_url}/settings"]
    body = [head.format(reader=reader), "", begun, "", *(line for part in parts for line in [*part, ""]), *links]
    return Words(subject=wording.BRANDS[language] + subject, body="\n".join([*body, "", foot, ""]))


def _kind(kind: str, notices: list[Notification], language: str, public_url: str) -> list[str]:
    """A heading, then each notice with when it came and where it leads."""
    ja, en = KINDS[kind]
    english = language == "en"
    lines = [f"* {en} ({len(notices):,})" if english else f"■ {ja}（{len(notices):,}件）"]
    for entry in notices[:NAMED]:
        at, title = entry.created_at.astimezone(COMPANY_TIME), wording.title(entry, language)
        if english:
            lines += [f"- {title} ({at:%d %b %H:%M})", f"  {public_url}{entry.link}"]
        else:
            lines += [f"・{title}（{at.month}/{at.day} {at:%H:%M}）", f"　{public_url}{entry.link}"]
    rest = len(notices) - NAMED
    if rest > 0:
        lines.append(f"  and {rest:,} more" if english else f"　ほか {rest:,}件")
    return lines


def _japanese(count: int, day: date) -> tuple[str, str, str, str]:
    return (
        f"通知のまとめ（{day.month}/{day.day}・{count:,}件）",
        f"前回のまとめのあとに届いた、未読の通知が {count:,}件あります。",
        "すべての未読の通知は、次のページで確認できます。",
        f"このメールは1日1回、午前{HOUR}時にまとめてお送りしています。受け取り方は個人設定で変更できます。",
    )


def _english(count: int, day: date) -> tuple[str, str, str, str]:
    notices = "1 new notice" if count == 1 else f"{count:,} new notices"
    return (
        f"Your digest of {day:%d %b}: {notices}",
        f"Since your last digest you have {notices} that you have not read.",
        "See everything that is unread:",
        f"This mail comes once a day, at {HOUR} in the morning (Japan). Change how you are told in your settings:",
    )
