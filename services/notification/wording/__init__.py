"""What people are told, in Japanese and English: the title in the portlet, the subject and text of the mail."""

from dataclasses import dataclass

from ..models import Notification
from . import leads, opportunities
from .kinds import (
    CONVERSION_CANCELLED,
    FIRST_RESPONSE_OVERDUE,
    HANDOVERS,
    INTO_EXISTING,
    LEAD_ASSIGNED,
    LEAD_CONVERTED,
    LEAD_TAKEN_BACK,
    OWN_LEADS,
    PRODUCT,
)

__all__ = [
    "CONVERSION_CANCELLED",
    "FIRST_RESPONSE_OVERDUE",
    "HANDOVERS",
    "INTO_EXISTING",
    "LEAD_ASSIGNED",
    "LEAD_CONVERTED",
    "LEAD_TAKEN_BACK",
    "OWN_LEADS",
    "Words",
    "mail",
    "title",
]

TITLES = {**leads.TITLES, **opportunities.TITLES}
BODIES = {**leads.BODIES, **opportunities.BODIES}


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def title(entry: Notification, language: str) -> str:
    """One line: what happened, and to whom if the reader is a deputy."""
    told = TITLES[entry.kind, "en" if language == "en" else "ja"](entry)
    if not entry.on_behalf_of:
        return told
    absent = entry.on_behalf_of
    return f"For {absent} (absent): {told}" if language == "en" else f"不在の{absent} さん宛：{told}"


def mail(entry: Notification, reader: str, language: str, public_url: str) -> Words:
    """The mail that goes with an entry. `public_url` has no slash at its end."""
    language = "en" if language == "en" else "ja"
    head, foot = ENVELOPES[language]
    told = BODIES[entry.kind, language](entry)
    if entry.on_behalf_of:
        told = f"{DEPUTY[language].format(absent=entry.on_behalf_of)}\n\n{told}"
    body = "\n".join([head.format(reader=reader), "", told, "", f"{public_url}{entry.link}", "", foot])
    return Words(subject=BRANDS[language] + title(entry, language), body=body + "\n")


BRANDS = {"ja": f"【{PRODUCT}】", "en": f"[{PRODUCT}] "}
DEPUTY = {
    "ja": "{absent} さんは不在のため、代理のあなたにもお知らせします。以下は{absent} さん宛の通知です。",
    "en": "{absent} is absent, and you are the deputy. This is what {absent} was told:",
}
ENVELOPES = {
    "ja": (
        "{reader} 様",
        "―\nこのメールは Tsunagi が自動で送信しています。ご返信いただいてもお答えできません。",
    ),
    "en": ("Dear {reader},", "--\nThis mail was sent by Tsunagi automatically. Please do not reply."),
}
