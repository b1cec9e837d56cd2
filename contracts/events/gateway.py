"""What the gateway says: users."""

from datetime import date

from pydantic import Field

from chassis.events import Event, Fact


class UserFact(Fact):
    """A user as other services need to know it. `name` is 姓 名 with a half-width space. Absent from and until are
    days, both included; `preferences`: kind of notice → channel → at_once, digest (mail only) or off. `campaign_ids`:
    the campaigns that an outsourced caller works for, and whose leads alone are shown."""

    user_id: int
    login: str
    name: str
    email: str
    department_id: int | None = None
    department: str = ""
    roles: tuple[str, ...] = ()
    locale: str = "ja"
    active: bool = True
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: int | None = None
    preferences: dict[str, dict[str, str]] = Field(default_factory=dict)
    campaign_ids: tuple[int, ...] = ()
    version: int


class UsersChanged(Event, name="gateway.users_changed"):
    """Users were created or changed."""

    users: tuple[UserFact, ...]
