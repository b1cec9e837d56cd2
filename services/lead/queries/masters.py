"""Settings as the API shows them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import first_response
from ..matching_key import NAME
from ..models import Setting
from ..schemas import FirstResponseRule, MatchingKey


def current_first_response(session: Session) -> FirstResponseRule:
    setting = session.scalars(select(Setting).where(Setting.name == first_response.NAME)).one()
    return FirstResponseRule(hours=setting.value["hours"], version=setting.version)


def current_matching_key(session: Session) -> MatchingKey:
    setting = session.scalars(select(Setting).where(Setting.name == NAME)).one()
    return MatchingKey(value=setting.value, version=setting.version)
