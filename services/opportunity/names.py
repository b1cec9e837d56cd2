"""The names behind the ids that a list or a record shows, read once for all of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import CampaignCopy, LeadCopy, UserCopy

Ids = Iterable[int | None]


class Names:
    """Users, campaigns and leads as their owners last described them; "" for one not heard of (yet)."""

    def __init__(self, session: Session, users: Ids = (), campaigns: Ids = (), leads: Ids = ()) -> None:
        self.users: dict[int, UserCopy] = _found(session, UserCopy, UserCopy.user_id, users)
        self.campaigns: dict[int, CampaignCopy] = _found(session, CampaignCopy, CampaignCopy.campaign_id, campaigns)
        self.leads: dict[int, LeadCopy] = _found(session, LeadCopy, LeadCopy.lead_id, leads)

    def user(self, user_id: int | None) -> str:
        return self.users[user_id].name if user_id in self.users else ""

    def campaign(self, campaign_id: int) -> str:
        return self.campaigns[campaign_id].campaign_name if campaign_id in self.campaigns else ""


def _found(session: Session, table: Any, key: Any, ids: Ids) -> dict[int, Any]:
    wanted = {one for one in ids if one}
    rows = session.scalars(select(table).where(key.in_(wanted))).all() if wanted else ()
    return {getattr(row, key.key): row for row in rows}
