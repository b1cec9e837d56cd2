"""Nouns: who may come in (users, departments) and what shows that they have (sessions, personal tokens)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.database import Record


class Base(DeclarativeBase):
    pass


class Department(Record, Base):
    """組織. Departments are never deleted, only retired: records still name them."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(Text, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")


class User(Record, Base):
    """A person with an account. `login` is unique whatever its case; users are never deleted, only inactive."""

    __tablename__ = "user_account"  # "user" is a reserved word

    login: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    locale: Mapped[str] = mapped_column(Text, server_default="ja")
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    absent_from: Mapped[date | None] = mapped_column(Date)
    absent_until: Mapped[date | None] = mapped_column(Date)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Notices: kind → channel → at_once, digest, off. What is missing is at_once.
    preferences: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, server_default="{}")
    # What an outsourced caller works for; nobody else's sight is bound to campaigns.
    campaign_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    password_hash: Mapped[str | None] = mapped_column(Text)  # argon2id; None: cannot sign in by password
    must_change_password: Mapped[bool] = mapped_column(Boolean, server_default="false")
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    department: Mapped[Department | None] = relationship(foreign_keys=[department_id], lazy="joined")

    @property
    def name(self) -> str:
        """姓 名, with a half-width space."""
        return f"{self.family_name} {self.given_name}".strip()


Index("user_account_login", func.lower(User.__table__.c.login), unique=True)


class SignedInSession(Base):
    """What a browser or a program holds after a sign-in by password. The token itself is not kept, only its hash."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    address: Mapped[str] = mapped_column(Text, server_default="")
    user_agent: Mapped[str] = mapped_column(Text, server_default="")

    user: Mapped[User] = relationship(lazy="joined")


class ApiToken(Base):
    """A personal token for programs. Shown once when made; only its hash and its last characters are kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    ending: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    user: Mapped[User] = relationship(lazy="joined")


class FailedSignIn(Base):
    """A wrong password for a login from an address; enough of them close that door for a while."""

    __tablename__ = "failed_sign_in"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(Text)  # lower case, as typed: it need not exist
    address: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), index=True)

    __table_args__ = (Index("failed_sign_in_door", "login", "address", "failed_at"),)


class SavedSearch(Record, Base):
    """保存した検索: what a list is searched by, its order and its columns, under a name. Shared ones are everybody's to
    use, and their maker's and the administrators' to change."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"), Index("saved_search_shared", "shared"))

    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(Boolean, server_default="false")
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    sort: Mapped[str] = mapped_column(Text, server_default="")
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")

    owner: Mapped[User] = relationship(lazy="joined")


class ListShape(Base):
    """How a user wants a list to look: its columns in their order, and how many rows a page has."""

    __tablename__ = "list_shape"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    screen: Mapped[str] = mapped_column(Text, primary_key=True)
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    page_size: Mapped[int | None] = mapped_column(Integer)
