"""Questions: who holds this token, who is there."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, func, or_, select, text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import FieldError, NotFound, from_pydantic
from chassis.shapes import read_cursor, write_cursor
from contracts.roles import EMPLOYEES

from .models import ApiToken, Department, User
from .saved_searches import own_and_shared
from .schemas import ApiTokenDetails, ApiTokenPage, DepartmentDetails, DepartmentPage, UserDetails, UserPage, UserSearch

# What a page shows of somebody's own arrangements, asked for together with who it is: 保存した検索, list shapes.
ARRANGED = f"""
    CASE WHEN :with_arrangements THEN jsonb_build_object(
        'searches', (SELECT coalesce(jsonb_agg(found), '[]') FROM ({own_and_shared("person.id")}) found),
        'shapes', (SELECT coalesce(jsonb_object_agg(screen, to_jsonb(list_shape)), '{{}}')
            FROM list_shape WHERE user_id = person.id)
    ) END AS arranged
"""
# A sign-in that nobody used for 12 hours has ended. `to_note`: its last use was noted more than a minute ago. A first
# password holds back who came in by it; programs whose token was made before it was given go on.
HOLDER_OF_SESSION = text(f"""
    SELECT person.id, login, family_name, given_name, email, department_id, coalesce(department.name, '') AS department,
        roles, locale, must_change_password, session.id AS credential_id,
        last_seen_at < now() - interval '1 minute' AS to_note, {ARRANGED}
    FROM session JOIN user_account person ON person.id = session.user_id
        LEFT JOIN department ON department.id = person.department_id
    WHERE token_hash = :hash AND expires_at > now() AND last_seen_at > now() - interval '12 hours' AND person.active
""")
HOLDER_OF_API_TOKEN = text(f"""
    SELECT person.id, login, family_name, given_name, email, department_id, coalesce(department.name, '') AS department,
        roles, locale, false AS must_change_password, token.id AS credential_id,
        coalesce(last_used_at < now() - interval '1 minute', true) AS to_note, {ARRANGED}
    FROM api_token token JOIN user_account person ON person.id = token.user_id
        LEFT JOIN department ON department.id = person.department_id
    WHERE token_hash = :hash AND (expires_at > now() OR expires_at IS NULL) AND revoked_at IS NULL AND person.active
""")


def holder_of_session(connection: Connection, token_hash: bytes, with_arrangements: bool = False) -> Row[Any] | None:
    """The active user whose sign-in this is. `arranged`: {searches: […], shapes: {screen: {columns, page_size}}}."""
    return connection.execute(HOLDER_OF_SESSION, {"hash": token_hash, "with_arrangements": with_arrangements}).first()


def holder_of_api_token(connection: Connection, token_hash: bytes, with_arrangements: bool = False) -> Row[Any] | None:
    """The active user whose personal token this is; the same columns."""
    return connection.execute(HOLDER_OF_API_TOKEN, {"hash": token_hash, "with_arrangements": with_arrangements}).first()


def user(session: Session, user_id: int) -> User:
    found = session.get(User, user_id)
    if found is None:
        raise NotFound(ja="このユーザーは見つかりません。", en="There is no such user.")
    return found


def users(session: Session, actor: Actor, search: UserSearch) -> UserPage:
    """Users by login. An outsourced caller sees the own department only."""
    wanted: list[ColumnElement[bool]] = [User.active.is_(search.active)] if search.active is not None else []
    if not actor.has(*EMPLOYEES):
        own = User.department_id == actor.department_id if actor.department_id is not None else false()
        wanted.append(or_(User.id == actor.id, own))
    if search.q:
        name = User.family_name + " " + User.given_name
        wanted.append(or_(*(column.icontains(search.q, autoescape=True) for column in (User.login, name, User.email))))
    if search.role:
        wanted.append(User.roles.contains([search.role.value]))
    if search.department_id is not None:
        wanted.append(User.department_id == search.department_id)
    total = session.scalar(select(func.count()).select_from(User).where(*wanted)) or 0
    order = func.lower(User.login)
    if search.cursor:
        wanted.append(order > str(_place(search.cursor)))
    found = session.scalars(select(User).where(*wanted).order_by(order).limit(search.page_size + 1)).all()
    page = found[: search.page_size]
    more = write_cursor([page[-1].login.lower()]) if len(found) > len(page) else None
    return UserPage(items=[UserDetails.model_validate(each) for each in page], total=total, next_cursor=more)


def _place(cursor: str) -> Any:
    try:
        return read_cursor(cursor)[0]
    except (FieldError, IndexError) as error:
        raise from_pydantic([{"type": "value_error", "loc": ("cursor",), "ctx": {"error": error}}]) from error


def departments(session: Session) -> DepartmentPage:
    found = session.scalars(
        select(Department).order_by(Department.active.desc(), Department.position, Department.id)
    ).all()
    return DepartmentPage(items=[DepartmentDetails.model_validate(each) for each in found], total=len(found))


def api_tokens(session: Session, user_id: int) -> ApiTokenPage:
    """The user's own tokens that were not revoked, the newest first."""
    own = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    found = session.scalars(own.order_by(ApiToken.id.desc())).all()
    return ApiTokenPage(items=[ApiTokenDetails.model_validate(each) for each in found], total=len(found))
