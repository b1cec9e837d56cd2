"""The setting that tells by what a person is recognised, and the locks under which persons are made and owners told."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .models import Setting

NAME = "matching_key"
# Held until the transaction ends by everything that may create a person.
LOCK = 7_265_101


def matching_key(session: Session) -> str:
    """`email` or `email_name`."""
    return str(session.scalars(select(Setting.value).where(Setting.name == NAME)).one())


def one_at_a_time(session: Session) -> None:
    """Waits until nobody else is creating persons: what is looked up from here on stays true until the commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def one_teller(session: Session, list_id: int) -> None:
    """Waits until nobody else is telling owners what a list gave them, or took from them: whoever was told of the one
    is told of the other."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"owners/{list_id}"})
