"""The people of the demo company, who exist only with the demo data: `python -m chassis gateway demo-users`."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.roles import Role

from . import commands
from .models import Department, User
from .schemas import DepartmentDraft, UserDraft

PASSWORD = "tsunagi-demo"
# login, 姓, 名, role, department
CAST = (
    ("admin", "安藤", "理", Role.ADMINISTRATOR, "情報システム部"),
    ("maki", "牧野", "真紀", Role.MARKETING, "マーケティング部"),
    ("isamu", "石田", "勇", Role.INSIDE_SALES, "インサイドセールス部"),
    ("sara", "佐々木", "沙羅", Role.INSIDE_SALES, "インサイドセールス部"),
    ("eiji", "江口", "英二", Role.SALES, "営業部"),
    ("rin", "林", "凛", Role.SALES, "営業部"),
    ("mana", "真鍋", "愛", Role.MANAGER, "営業企画部"),
    ("gaku", "岳本", "学", Role.OUTSOURCED_CALLER, "外注コールセンター"),
)


def create(session: Session) -> None:
    """Creates whoever is missing; those who are there stay as they are."""
    for name in dict.fromkeys(department for *_, department in CAST):
        if session.scalar(select(Department.id).where(Department.name == name)) is None:
            commands.create_department(session, DepartmentDraft(name=name))
    departments = {each.name: each.id for each in session.scalars(select(Department))}
    known = set(session.scalars(select(func.lower(User.login))))
    for login, family_name, given_name, role, department in CAST:
        if login not in known:
            draft = UserDraft(
                login=login,
                family_name=family_name,
                given_name=given_name,
                email=f"{login}@tsunagi.example.jp",
                department_id=departments[department],
                roles=[role],
                password=PASSWORD,
            )
            commands.create_user(session, draft)
