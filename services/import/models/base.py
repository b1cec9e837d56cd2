"""What the tables have in common."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The service's own tables."""
