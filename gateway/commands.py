"""Verbs: signing in and out, personal tokens, users and departments. Says which users changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events import portions
from chassis.outbox import publish
from chassis.problems import Conflict, Field, Invalid, NotFound, Problem
from contracts.events import EVENT_LIMIT, UserFact, UsersChanged

from . import passwords, queries, tokens
from .models import ApiToken, Department, FailedSignIn, SignedInSession, User
from .schemas import ApiTokenDraft, UserChange, UserDetails, UserDraft

SESSION_LIFETIME = timedelta(days=7)
ATTEMPTS, WINDOW = 5, timedelta(minutes=15)  # wrong passwords per login and address


@dataclass(frozen=True)
class Opened:
    """A sign-in that succeeded: `token` is what the browser or program carries from now on."""

    token: str
    expires_at: datetime
    user_id: int


# -- signing in ------------------------------------------------------------------------------------------------------


def sign_in(session: Session, login: str, password: str, address: str, user_agent: str) -> Opened | Problem:
    """Opens a session. A refusal is answered, not raised, because the failure must be kept."""
    login = login.strip().lower()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{login}\n{address}", 0))))
    closed_for = _closed_for(session, login, address)
    if closed_for:
        return Problem(
            429,
            "too_many_attempts",
            ja=f"サインインの失敗が続いたため、{_minutes(closed_for)}分ほど時間をおいてからお試しください。",
            en=f"Too many failed sign-ins. Try again in about {_minutes(closed_for)} minutes.",
            retry_after=closed_for,
        )
    user = session.scalar(select(User).where(func.lower(User.login) == login, User.active))
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        session.add(FailedSignIn(login=login[:200], address=address))
        return Problem(
            401,
            "wrong_sign_in",
            ja="ログインIDまたはパスワードが正しくありません。",
            en="The login or the password is wrong.",
        )
    session.execute(delete(FailedSignIn).where(FailedSignIn.login == login, FailedSignIn.address == address))
    if passwords.outdated(user.password_hash or ""):
        rehashed = update(User).where(User.id == user.id).values(password_hash=passwords.hashed(password))
        session.execute(rehashed.execution_options(synchronize_session=False))
    return open_session(session, user.id, address, user_agent)


def open_session(session: Session, user_id: int, address: str, user_agent: str) -> Opened:
    now = datetime.now(UTC)
    session.execute(delete(SignedInSession).where(SignedInSession.expires_at < now))
    session.execute(delete(FailedSignIn).where(FailedSignIn.failed_at < now - timedelta(days=1)))
    opened = Opened(tokens.fresh(), now + SESSION_LIFETIME, user_id)
    session.add(
        SignedInSession(
            token_hash=tokens.fingerprint(opened.token),
            user_id=user_id,
            expires_at=opened.expires_at,
            address=address,
            user_agent=user_agent[:300],
        )
    )
    return opened


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(SignedInSession).where(SignedInSession.token_hash == tokens.fingerprint(token)))


def note_use(session: Session, credential: type[SignedInSession] | type[ApiToken], credential_id: int) -> None:
    """Keeps when a sign-in or token was last used, to the minute."""
    column = "last_seen_at" if credential is SignedInSession else "last_used_at"
    session.execute(update(credential).where(credential.id == credential_id).values({column: func.now()}))


def _closed_for(session: Session, login: str, address: str) -> int:
    """Seconds until this login may be tried again from this address; 0: now."""
    door = (FailedSignIn.login == login[:200], FailedSignIn.address == address)
    recent = select(FailedSignIn.failed_at).where(*door).order_by(FailedSignIn.id.desc()).limit(ATTEMPTS)
    failures = session.scalars(recent).all()
    if len(failures) < ATTEMPTS:
        return 0
    return max(0, int((failures[-1] + WINDOW - datetime.now(UTC)).total_seconds()))


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


# -- personal tokens -------------------------------------------------------------------------------------------------


def make_api_token(session: Session, user_id: int, draft: ApiTokenDraft) -> tuple[str, ApiToken]:
    """A new personal token, and the row that is kept of it; the token itself is never seen again."""
    token = tokens.fresh(tokens.PERSONAL)
    row = ApiToken(
        user_id=user_id,
        name=draft.name,
        token_hash=tokens.fingerprint(token),
        ending=token[-4:],
        expires_at=draft.expires_at,
    )
    session.add(row)
    session.flush()
    return token, row


def revoke_api_token(session: Session, user_id: int, token_id: int) -> None:
    own = (ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    statement = update(ApiToken).where(*own).values(revoked_at=func.now()).returning(ApiToken.id)
    if session.execute(statement).scalar() is None:
        raise NotFound(ja="このAPIトークンは見つかりません。", en="There is no such token.")


# -- users and departments -------------------------------------------------------------------------------------------


def create_user(session: Session, draft: UserDraft) -> User:
    values = draft.model_dump(exclude={"password", "roles"})
    user = User(**values, roles=[role.value for role in draft.roles])
    if draft.password is not None:
        user.password_hash = passwords.hashed(draft.password)
        user.password_changed_at = datetime.now(UTC)
    session.add(user)
    _check(session, user)
    say_users(session, [user])
    return user


def change_user(session: Session, user_id: int, change: UserChange) -> User:
    """Changes what is given. A new password or an inactive user ends all sign-ins and, if inactive, all tokens."""
    user = queries.user(session, user_id)
    if user.version != change.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
            current=UserDetails.model_validate(user).model_dump(mode="json"),
        )
    for name, value in change.model_dump(exclude_unset=True, exclude={"version", "password", "roles"}).items():
        setattr(user, name, value)
    if change.roles:
        user.roles = [role.value for role in change.roles]
    if change.password is not None:
        user.password_hash = passwords.hashed(change.password)
        user.password_changed_at = datetime.now(UTC)
    _check(session, user)
    if change.password is not None or not user.active:
        session.execute(delete(SignedInSession).where(SignedInSession.user_id == user_id))
    if not user.active:
        live = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        session.execute(update(ApiToken).where(*live).values(revoked_at=func.now()))
    say_users(session, [user])
    return user


def change_preferences(session: Session, user_id: int, **changed: Any) -> User:
    """What users set for themselves: locale, preferences (of notices), absence with deputy."""
    unknown = set(changed) - {"locale", "preferences", "absent_from", "absent_until", "deputy_id"}
    if unknown:
        raise TypeError(f"not for users themselves: {', '.join(sorted(unknown))}")
    user = queries.user(session, user_id)
    for name, value in changed.items():
        setattr(user, name, value)
    _check(session, user)
    say_users(session, [user])
    return user


def save_department(session: Session, name: str, department_id: int | None = None, position: int = 0) -> Department:
    """A new department, or another name for one: its users are then told anew, with their department's name."""
    if department_id is None:
        department = Department(name=name, position=position)
        session.add(department)
        session.flush()
        return department
    department = session.get_one(Department, department_id)
    department.name = name
    members = session.scalars(select(User).where(User.department_id == department_id)).all()
    for user in members:
        user.updated_at = datetime.now(UTC)  # a new version, so that listeners take the news
    session.flush()
    say_users(session, members)
    return department


def say_users(session: Session, users: Iterable[User]) -> None:
    """Tells the house how these users are now."""
    facts = [
        UserFact(
            user_id=user.id,
            login=user.login,
            name=user.name,
            email=user.email,
            department_id=user.department_id,
            department=user.department.name if user.department else "",
            roles=tuple(user.roles),
            locale=user.locale,
            active=user.active,
            version=user.version,
        )
        for user in users
    ]
    for portion in portions(facts, EVENT_LIMIT):
        publish(session, UsersChanged(users=tuple(portion)))


def say_everybody(session: Session) -> None:
    """Tells of all users, for a service that starts with an empty copy; who knows them already ignores it."""
    say_users(session, session.scalars(select(User).order_by(User.id)).all())


def _check(session: Session, user: User) -> None:
    """Writes the user; what the database refuses is told as what is wrong in which field."""
    try:
        session.flush()
    except IntegrityError as error:
        if "user_account_login" in str(error.orig):
            wrong = Field("login", "taken", "このログインIDはすでに使われています。", "This login is taken.")
        else:
            ja, en = "組織または代理人が見つかりません。", "No such department or deputy."
            wrong = Field("department_id", "unknown", ja, en)
        raise Invalid([wrong]) from error
    session.refresh(user)
