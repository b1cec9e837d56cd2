"""Shapes of a conversion (案件化): a lead becomes an opportunity."""

from pydantic import Field

from chassis.shapes import Id, Shape

from .accounts import AccountFields, SimilarAccount
from .fields import Line
from .opportunities import OpportunityFields


class ChosenAccount(AccountFields):
    """An existing account by `id`, or a new one by `name` and what else is known of it."""

    id: Id | None = None
    name: Line = ""


class ChosenOpportunity(OpportunityFields):
    """An existing opportunity by `id`, or a new one by `name` and `main_owner_id`."""

    id: Id | None = None
    name: Line = ""
    main_owner_id: Id | None = None


class ConversionDraft(Shape):
    """A lead becomes an opportunity. Without `account`, the account that the lead belongs to is taken.
    `approach_confirmed`: though the account is not to be approached; without it, such an account is refused."""

    campaign_id: Id
    account: ChosenAccount | None = None
    opportunity: ChosenOpportunity
    notify: bool = False
    approach_confirmed: bool = False


class Converted(Shape):
    """What the conversion made or joined; `similar`: accounts with the same name as a new one."""

    opportunity_id: Id
    account_id: Id
    new_opportunity: bool
    new_account: bool
    similar: list[SimilarAccount] = Field(default_factory=list)


class LeadCheck(Shape):
    """What the lead service answers before a conversion. `campaign_ids`: all of the lead's history."""

    lead_id: Id
    account_id: Id | None = None
    campaign_ids: set[Id]
