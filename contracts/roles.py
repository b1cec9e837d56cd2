"""The roles of PRODUCT.md: who may use a route. A user may have several."""

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    MARKETING = "marketing"
    INSIDE_SALES = "inside_sales"
    SALES = "sales"
    OUTSOURCED_CALLER = "outsourced_caller"


# Employees: everybody but the outsourced caller, who sees only the own group's leads.
EMPLOYEES = (Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETING, Role.INSIDE_SALES, Role.SALES)
# Everybody with an account.
EVERYONE = (*EMPLOYEES, Role.OUTSOURCED_CALLER)
# Who may decide about what is others' business.
MANAGERS = (Role.ADMINISTRATOR, Role.MANAGER)
# Who plans campaigns.
PLANNERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETING)
# Who brings lists in and assigns leads: registering, updating, exporting, bulk change.
LIST_KEEPERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETING, Role.INSIDE_SALES)
# Who works leads towards an opportunity and converts them.
CONVERTERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.INSIDE_SALES, Role.SALES)
