"""組織: a tree of departments, renamed, moved, put in order, and retired when nobody belongs to them."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.problems import Conflict, Field, Invalid, NotFound

from ..models import Department, User
from ..schemas import DepartmentChange, DepartmentDetails, DepartmentDraft
from .telling import say_users

# Held by whoever changes the tree, so that two moves do not make a circle.
TREE = 7_265_103


def create_department(session: Session, draft: DepartmentDraft) -> Department:
    """A new department, the last one below its parent."""
    session.execute(select(func.pg_advisory_xact_lock(TREE)))
    _check_parent(session, None, draft.parent_id)
    last = select(func.max(Department.position)).where(Department.parent_id.is_not_distinct_from(draft.parent_id))
    position = (session.scalar(last) or 0) + 1
    department = Department(name=draft.name, parent_id=draft.parent_id, position=position)
    session.add(department)
    _write(session)
    session.refresh(department)
    return department


def change_department(session: Session, department_id: int, change: DepartmentChange) -> Department:
    """Changes what is given; `position` is the place among the departments of the same parent, from 1. The users of a
    renamed department are told anew. Raises Invalid for a circle, or for retiring one that is not empty."""
    session.execute(select(func.pg_advisory_xact_lock(TREE)))
    department = session.get(Department, department_id)
    if department is None:
        raise NotFound(ja="この組織は見つかりません。", en="There is no such department.")
    if department.version != change.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
            current=DepartmentDetails.model_validate(department).model_dump(mode="json"),
        )
    given = change.model_dump(exclude_unset=True)
    if "parent_id" in given and given["parent_id"] != department.parent_id:
        _check_parent(session, department, given["parent_id"])
        department.parent_id = given["parent_id"]
        department.position = 1_000_000  # the last one there
    if change.active is False and department.active:
        _check_empty(session, department)
    if change.active and not department.active:
        _check_parent(session, department, department.parent_id)
    if change.active is not None:
        department.active = change.active
    renamed = change.name is not None and change.name != department.name
    if change.name is not None:
        department.name = change.name
    _write(session)
    _put_in_order(session, department, change.position)
    if renamed:
        _tell_members(session, department)
    session.flush()
    session.refresh(department)
    return department


def _check_parent(session: Session, moved: Department | None, parent_id: int | None) -> None:
    """The parent exists, is in use, and does not stand below the one that is moved."""
    if parent_id is None:
        return
    parents = {row.id: row.parent_id for row in session.execute(select(Department.id, Department.parent_id))}
    parent = session.get(Department, parent_id)
    if parent is None or not parent.active:
        raise Invalid([Field("parent_id", "unknown", "上位の組織が見つかりません。", "No such department.")])
    above: int | None = parent_id
    while moved is not None and above is not None:
        if above == moved.id:
            ja, en = "自分自身や下位の組織の下には移動できません。", "It cannot stand below itself."
            raise Invalid([Field("parent_id", "circle", ja, en)])
        above = parents.get(above)


def _check_empty(session: Session, department: Department) -> None:
    users = session.scalar(
        select(func.count()).select_from(User).where(User.department_id == department.id, User.active)
    )
    below = session.scalar(
        select(func.count()).select_from(Department).where(Department.parent_id == department.id, Department.active)
    )
    if users or below:
        ja = f"有効なユーザー（{users}人）や下位の組織（{below}件）がある組織は廃止できません。先に移してください。"
        en = f"It still has {users} users and {below} departments below it. Move them first."
        raise Invalid([Field("active", "not_empty", ja, en)])


def _put_in_order(session: Session, department: Department, place: int | None) -> None:
    """Numbers the departments of one parent from 1, with this one at its place."""
    same = Department.parent_id.is_not_distinct_from(department.parent_id)
    order = (Department.active.desc(), Department.position, Department.id)
    siblings = [each for each in session.scalars(select(Department).where(same).order_by(*order))]
    if place is not None:
        siblings.remove(department)
        siblings.insert(max(place - 1, 0), department)
    for position, each in enumerate(siblings, start=1):
        each.position = position
    session.flush()


def _tell_members(session: Session, department: Department) -> None:
    members = session.scalars(select(User).where(User.department_id == department.id)).all()
    for user in members:
        user.updated_at = datetime.now(UTC)  # a new version, so that listeners take the news
    session.flush()
    say_users(session, members)


def _write(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        ja, en = "同じ名前の組織がすでにあります。", "There is a department of this name."
        raise Invalid([Field("name", "taken", ja, en)]) from error
