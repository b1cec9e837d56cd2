"""How a keyword finds a campaign: width, case and kana set aside, and every word somewhere in it."""

import unicodedata

from sqlalchemy import ColumnElement, and_

from .models import Campaign

KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def folded(text: str) -> str:
    """ｾﾐﾅｰ and せみなー as セミナー, ＤＸ as dx."""
    return unicodedata.normalize("NFKC", text).casefold().translate(KATAKANA)


def search_key(campaign: Campaign) -> str:
    return folded("\n".join((campaign.code, campaign.name, campaign.venue)))


def mentions(keywords: str) -> ColumnElement[bool]:
    """Campaigns that contain each of the words."""
    return and_(*(Campaign.search_key.contains(word, autoescape=True) for word in folded(keywords).split()))
