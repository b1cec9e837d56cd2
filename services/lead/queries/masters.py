"""Masters and settings as the API shows them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.problems import NotFound

from ..masters import masters
from ..matching_key import NAME
from ..models import Setting
from ..schemas import ChoicePage, ChoiceShape, MatchingKey


def master_choices(session: Session, name: str) -> ChoicePage:
    """Raises NotFound for a master that this service does not own."""
    values = masters(session).all(name)
    if not values:
        raise NotFound(ja="このマスターはありません。", en="There is no such master.")
    return ChoicePage(items=[ChoiceShape.model_validate(value) for value in values], total=len(values))


def current_matching_key(session: Session) -> MatchingKey:
    setting = session.scalars(select(Setting).where(Setting.name == NAME)).one()
    return MatchingKey(value=setting.value, version=setting.version)
