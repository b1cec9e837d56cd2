"""Users: made and changed by administrators, and what they set for themselves."""

from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.problems import Conflict, Field, Invalid
from contracts.roles import EMPLOYEES, Role

from .. import passwords, queries
from ..models import ApiToken, Department, SignedInSession, User
from ..schemas import Preferences, UserChange, UserDetails, UserDraft
from .telling import say_users

# What may be nothing; other fields that are given as null stay as they are.
CLEARED = ("department_id", "absent_from", "absent_until", "deputy_id")
# Held by who may take somebody's administrator role away, so that two do not do so to each other at once.
LAST_ADMINISTRATOR = 7_265_102
OWN_ROLE = (
    "own_role",
    "自分自身の管理者権限を外したり、自分を無効にしたりすることはできません。ほかの管理者に依頼してください。",
    "You cannot take your own administrator role away or deactivate yourself. Ask another administrator.",
)
TAKEN = "このログインIDはすでに使われています。", "This login is taken."
LAST = (
    "last_administrator",
    "有効な管理者が1人もいなくなるため、変更できません。",
    "This would leave nobody who is an administrator.",
)


def create_user(session: Session, draft: UserDraft) -> User:
    """A new user. A password that an administrator chose has to be changed at the first sign-in."""
    values = draft.model_dump(exclude={"password", "roles"})
    user = User(**values, roles=[role.value for role in draft.roles])
    _refuse(_mistakes(session, user, None))
    if draft.password is not None:
        _give_password(session, user, draft.password)
    session.add(user)
    _write(session, user)
    say_users(session, [user])
    return user


def change_user(session: Session, user_id: int, change: UserChange) -> User:
    """Changes what is given. A new password or an inactive user ends all sign-ins and, if inactive, all tokens; a
    password that somebody else chose has to be changed at the next sign-in. Raises Conflict for a stale version,
    Invalid where no administrator would be left."""
    user = queries.user(session, user_id)
    if user.version != change.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
            current=UserDetails.model_validate(user).model_dump(mode="json"),
        )
    _refuse(_take(session, user, change))
    if change.password is not None:
        _give_password(session, user, change.password)
    _write(session, user)
    if change.password is not None or not user.active:
        session.execute(delete(SignedInSession).where(SignedInSession.user_id == user_id))
    if not user.active:
        live = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        session.execute(update(ApiToken).where(*live).values(revoked_at=func.now()))
    say_users(session, [user])
    return user


def mistakes_of_user(session: Session, user_id: int | None, change: UserChange) -> list[Field]:
    """What these fields of a user, or of a new one, would be refused for. For a transaction that is not kept."""
    with session.no_autoflush:
        return _take(session, queries.user(session, user_id) if user_id else User(roles=[]), change)


def give_password(session: Session, user_id: int) -> str:
    """A first password, which its user has to change at the next sign-in; it is in this answer and never again."""
    user = queries.user(session, user_id)
    password = passwords.invented()
    _set_password(user, password)
    user.must_change_password = True
    session.flush()
    session.execute(delete(SignedInSession).where(SignedInSession.user_id == user_id))
    return password


def change_own_password(session: Session, user_id: int, old: str, new: str, kept_session: bytes) -> None:
    """Raises Invalid when `old` is wrong. All other sign-ins end; `kept_session` is the fingerprint of this one."""
    user = queries.user(session, user_id)
    if not passwords.matches(user.password_hash, old):
        ja, en = "現在のパスワードが正しくありません。", "The present password is wrong."
        raise Invalid([Field("old_password", "wrong_password", ja, en)])
    if old == new:
        ja, en = "現在と異なるパスワードを入力してください。", "Choose another password than the present one."
        raise Invalid([Field("password", "same_password", ja, en)])
    _set_password(user, new)
    user.must_change_password = False
    others = (SignedInSession.user_id == user_id, SignedInSession.token_hash != kept_session)
    session.execute(delete(SignedInSession).where(*others))


def change_preferences(session: Session, user_id: int, changed: Preferences) -> User:
    """What users set for themselves: locale, preferences (of notices), absence with deputy."""
    user = queries.user(session, user_id)
    deputy_id = user.deputy_id
    for name, value in changed.model_dump(exclude_unset=True).items():
        if value is not None or name in CLEARED:
            setattr(user, name, value)
    _refuse(_mistakes(session, user, deputy_id))
    _write(session, user)
    say_users(session, [user])
    return user


def _take(session: Session, user: User, change: UserChange) -> list[Field]:
    """Changes what is given; all that is wrong with it."""
    found, deputy_id = _lost_administrator(session, user, change), user.deputy_id
    for name, value in change.model_dump(exclude_unset=True, exclude={"version", "password", "roles"}).items():
        if value is not None or name in CLEARED:
            setattr(user, name, value)
    if change.roles:
        user.roles = [role.value for role in change.roles]
    return [*found, *_mistakes(session, user, deputy_id)]


def _refuse(mistakes: list[Field]) -> None:
    if mistakes:
        raise Invalid(mistakes)


def _give_password(session: Session, user: User, password: str) -> None:
    """A password that was chosen by the user, by a tool, or by an administrator who then knows it."""
    _set_password(user, password)
    user.must_change_password = current_cause(session).actor_id not in (None, user.id)


def _set_password(user: User, password: str) -> None:
    user.password_hash = passwords.hashed(password)
    user.password_changed_at = datetime.now(UTC)


def _lost_administrator(session: Session, user: User, change: UserChange) -> list[Field]:
    stays = (change.roles is None or Role.ADMINISTRATOR in change.roles) and change.active is not False
    if stays or Role.ADMINISTRATOR not in user.roles or not user.active:
        return []
    field = "active" if change.active is False else "roles"
    if user.id == current_cause(session).actor_id:
        return [Field(field, *OWN_ROLE)]
    session.execute(select(func.pg_advisory_xact_lock(LAST_ADMINISTRATOR)))
    others = (User.active, User.id != user.id, User.roles.contains([Role.ADMINISTRATOR.value]))
    return [] if session.scalar(select(func.count()).select_from(User).where(*others)) else [Field(field, *LAST)]


def _mistakes(session: Session, user: User, deputy_before: int | None) -> list[Field]:
    """A login is one user's; a department is in use; an absence has a first and a last day, and a deputy who may hear
    of it. What a user has already stays."""
    with session.no_autoflush:
        found = [_taken_login(session, user), _unfit_department(session, user)]
        if user.absent_until and not user.absent_from:
            ja, en = "不在の開始日を入力してください。", "Give the first day of absence."
            found.append(Field("absent_from", "missing", ja, en))
        elif user.absent_from and user.absent_until and user.absent_until < user.absent_from:
            ja, en = "不在の終了日は開始日以降にしてください。", "The last day is before the first."
            found.append(Field("absent_until", "order", ja, en))
        if user.deputy_id is not None and user.deputy_id == user.id:
            found.append(Field("deputy_id", "own_deputy", "本人は代理になれません。", "Nobody is the own deputy."))
        elif user.deputy_id is not None and user.deputy_id != deputy_before:
            found.append(_unfit_deputy(session, user))
    return [wrong for wrong in found if wrong]


def _taken_login(session: Session, user: User) -> Field | None:
    same = func.lower(User.login) == (user.login or "").lower()
    if session.scalar(select(User.id).where(same, User.id.is_distinct_from(user.id))) is None:
        return None
    return Field("login", "taken", *TAKEN)


def _unfit_department(session: Session, user: User) -> Field | None:
    department = session.get(Department, user.department_id) if user.department_id is not None else None
    if user.department_id is not None and department is None:
        return Field("department_id", "unknown", "組織が見つかりません。", "No such department.")
    if department is not None and not department.active and user.department is not department:
        ja, en = "廃止された組織には所属できません。", "This department is retired."
        return Field("department_id", "retired", ja, en)
    return None


def _unfit_deputy(session: Session, user: User) -> Field | None:
    """A deputy works here, and is told of leads: an outsourced caller only of those of the own department."""
    deputy = session.get(User, user.deputy_id)
    if deputy is None or not deputy.active:
        return Field("deputy_id", "unknown", "代理人が見つかりません。", "No such deputy.")
    outside = not set(deputy.roles) & set(EMPLOYEES)
    if outside and (deputy.department_id is None or deputy.department_id != user.department_id):
        ja = "外注の担当者は、同じ組織の人の代理にだけなれます。"
        return Field("deputy_id", "outsourced", ja, "An outsourced caller is a deputy within the own department only.")
    return None


def _write(session: Session, user: User) -> None:
    """Writes the user; a login that somebody else was given in the same moment is told as one that was taken before."""
    try:
        session.flush()
    except IntegrityError as error:
        if "user_account_login" not in str(error.orig):
            raise
        raise Invalid([Field("login", "taken", *TAKEN)]) from error
    session.refresh(user)
