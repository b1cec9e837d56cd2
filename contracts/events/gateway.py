"""What the gateway says: users."""

from chassis.events import Event, Fact


class UserFact(Fact):
    """A user as other services need to know it. `name` is 姓 名 with a half-width space."""

    user_id: int
    login: str
    name: str
    email: str
    department_id: int | None = None
    department: str = ""
    roles: tuple[str, ...] = ()
    locale: str = "ja"
    active: bool = True
    version: int


class UsersChanged(Event, name="gateway.users_changed"):
    """Users were created or changed."""

    users: tuple[UserFact, ...]
