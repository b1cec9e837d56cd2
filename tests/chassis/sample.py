"""A service as small as can be, for testing the chassis: it notes every event that it hears."""

import os
import time

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.consumers import Consumers, Permanent
from chassis.events import Event
from chassis.routes import Routes
from chassis.service import Service


class Noted(Event, name="sample.noted"):
    """Something to note. `how`: well, badly, permanently, fatally, slowly."""

    number: int
    how: str = "well"
    of: str = ""

    def subject(self) -> str | None:
        return self.of or None


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class Tick(Base):
    """A minute that passed."""

    __tablename__ = "tick"

    id: Mapped[int] = mapped_column(primary_key=True)


def tick(session: Session) -> None:
    session.add(Tick())


consumers = Consumers()


@consumers.on(Noted)
def note(session: Session, event: Noted) -> None:
    if event.how == "fatally":
        os._exit(9)
    if event.how == "slowly":
        time.sleep(2)
    session.add(Note(number=event.number, text=event.of))
    session.flush()
    if event.how == "badly":
        raise ValueError("this one fails")
    if event.how == "permanently":
        raise Permanent("this one can never succeed")


service = Service("sample", routes=Routes(), metadata=Base.metadata, consumers=consumers, every_minute=tick)
