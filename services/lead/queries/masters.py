"""Settings as the API shows them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..matching_key import NAME
from ..models import Setting
from ..schemas import MatchingKey


def current_matching_key(session: Session) -> MatchingKey:
    setting = session.scalars(select(Setting).where(Setting.name == NAME)).one()
    return MatchingKey(value=setting.value, version=setting.version)
