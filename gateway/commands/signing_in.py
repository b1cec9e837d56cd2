"""Signing in and out. Failures are kept: enough of them close the door for a while."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from chassis.problems import Problem

from .. import passwords, tokens
from ..models import ApiToken, FailedSignIn, SignedInSession, User

SESSION_LIFETIME = timedelta(days=7)
ATTEMPTS, WINDOW = 5, timedelta(minutes=15)  # wrong passwords per login and address


@dataclass(frozen=True)
class Opened:
    """A sign-in that succeeded: `token` is what the browser or program carries from now on."""

    token: str
    expires_at: datetime
    user_id: int


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
