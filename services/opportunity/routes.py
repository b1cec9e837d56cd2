"""The HTTP door of the opportunity service. An outsourced caller has no business here."""

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.choices import declare_masters
from chassis.routes import Routes
from chassis.shapes import Page, PageQuery
from contracts.roles import CONVERTERS, EMPLOYEES, Role

from . import commands, queries, schemas
from .choices import Choices
from .models import Account, Opportunity

routes = Routes()


@routes.post(
    "/leads/<int:lead_id>/conversion",
    allow=CONVERTERS,
    body=schemas.ConversionDraft,
    answer=schemas.Converted,
    status=201,
    cause="conversion",
    checkable=True,
)
def convert_lead(session: Session, actor: Actor, lead_id: int, body: schemas.ConversionDraft) -> schemas.Converted:
    return commands.convert_lead(session, actor, lead_id, body)


@routes.get("/leads/<int:lead_id>/conversion", allow=EMPLOYEES, answer=schemas.ConversionDetails)
def show_conversion(session: Session, actor: Actor, lead_id: int) -> schemas.ConversionDetails:
    return queries.show_conversion(session, actor, lead_id)


@routes.get("/leads/<int:lead_id>/activities", allow=EMPLOYEES, query=PageQuery, answer=Page[schemas.LeadActivity])
def list_lead_activities(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> Page[schemas.LeadActivity]:
    return queries.activities_of_lead(session, actor, lead_id, query)


@routes.post(
    "/leads/<int:lead_id>/conversion/cancellation",
    allow=CONVERTERS,
    body=schemas.CancellationDraft,
    answer=schemas.Cancelled,
    cause="cancellation",
)
def cancel_conversion(
    session: Session, actor: Actor, lead_id: int, body: schemas.CancellationDraft
) -> schemas.Cancelled:
    return commands.cancel_conversion(session, actor, lead_id, body)


@routes.get("/opportunities/<int:opportunity_id>/handover", allow=EMPLOYEES, answer=schemas.HandoverDetails)
def show_handover(session: Session, actor: Actor, opportunity_id: int) -> schemas.HandoverDetails:
    return queries.show_handover(session, actor, opportunity_id)


@routes.post(
    "/opportunities/<int:opportunity_id>/handover",
    allow=CONVERTERS,
    body=schemas.HandoverDraft,
    answer=schemas.HandoverDetails,
    status=201,
    cause="handover",
)
def request_handover(
    session: Session, actor: Actor, opportunity_id: int, body: schemas.HandoverDraft
) -> schemas.HandoverDetails:
    return commands.request_handover(session, actor, opportunity_id, body)


@routes.post(
    "/opportunities/<int:opportunity_id>/handover/acceptance",
    allow=CONVERTERS,
    body=schemas.HandoverAnswer,
    answer=schemas.HandoverDetails,
    cause="handover",
)
def accept_handover(
    session: Session, actor: Actor, opportunity_id: int, body: schemas.HandoverAnswer
) -> schemas.HandoverDetails:
    return commands.accept_handover(session, actor, opportunity_id, body)


@routes.post(
    "/opportunities/<int:opportunity_id>/handover/return",
    allow=CONVERTERS,
    body=schemas.HandoverReturn,
    answer=schemas.HandoverDetails,
    cause="handover",
)
def return_handover(
    session: Session, actor: Actor, opportunity_id: int, body: schemas.HandoverReturn
) -> schemas.HandoverDetails:
    return commands.return_handover(session, actor, opportunity_id, body)


@routes.post(
    "/opportunities/<int:opportunity_id>/handover/nurturing",
    allow=CONVERTERS,
    body=schemas.HandoverAnswer,
    answer=schemas.HandoverDetails,
    cause="nurturing",
)
def nurture_again(
    session: Session, actor: Actor, opportunity_id: int, body: schemas.HandoverAnswer
) -> schemas.HandoverDetails:
    return commands.nurture_again(session, actor, opportunity_id, body)


@routes.get("/accounts", allow=EMPLOYEES, query=schemas.AccountSearch, answer=Page[schemas.AccountItem])
def list_accounts(session: Session, actor: Actor, query: schemas.AccountSearch) -> Page[schemas.AccountItem]:
    return queries.search_accounts(session, actor, query)


@routes.post(
    "/accounts",
    allow=CONVERTERS,
    body=schemas.AccountDraft,
    answer=schemas.AccountDetails,
    status=201,
    cause="account",
    checkable=True,
)
def create_account(session: Session, body: schemas.AccountDraft) -> schemas.AccountDetails:
    return commands.create_account(session, body)


@routes.get(
    "/accounts/possible-duplicates", allow=EMPLOYEES, query=schemas.DuplicateQuery, answer=schemas.SimilarAccounts
)
def list_possible_duplicates(session: Session, query: schemas.DuplicateQuery) -> schemas.SimilarAccounts:
    return schemas.SimilarAccounts(items=queries.possible_duplicates(session, query))


@routes.get("/accounts/<int:account_id>", allow=EMPLOYEES, answer=schemas.AccountDetails)
def show_account(session: Session, account_id: int) -> schemas.AccountDetails:
    return queries.account_details(session, queries.find(session, Account, account_id))


@routes.patch(
    "/accounts/<int:account_id>",
    allow=CONVERTERS,
    body=schemas.AccountPatch,
    answer=schemas.AccountDetails,
    cause="account",
    checkable=True,
)
def change_account(session: Session, account_id: int, body: schemas.AccountPatch) -> schemas.AccountDetails:
    return commands.change_account(session, account_id, body)


@routes.get("/accounts/<int:account_id>/changes", allow=EMPLOYEES, query=PageQuery, answer=Page[schemas.ChangeDetails])
def list_account_changes(session: Session, account_id: int, query: PageQuery) -> Page[schemas.ChangeDetails]:
    return queries.list_changes(session, Account, account_id, query)


@routes.get("/opportunities", allow=EMPLOYEES, query=schemas.OpportunitySearch, answer=schemas.OpportunityPage)
def list_opportunities(session: Session, actor: Actor, query: schemas.OpportunitySearch) -> schemas.OpportunityPage:
    return queries.search_opportunities(session, actor, query)


@routes.get("/opportunities/board", allow=EMPLOYEES, query=schemas.BoardQuery, answer=schemas.Board)
def show_board(session: Session, actor: Actor, query: schemas.BoardQuery) -> schemas.Board:
    return queries.show_board(session, actor, query)


@routes.post(
    "/opportunities",
    allow=CONVERTERS,
    body=schemas.OpportunityDraft,
    answer=schemas.OpportunityDetails,
    status=201,
    cause="opportunity",
    checkable=True,
)
def create_opportunity(session: Session, body: schemas.OpportunityDraft) -> schemas.OpportunityDetails:
    return commands.create_opportunity(session, body)


@routes.get("/opportunities/<int:opportunity_id>", allow=EMPLOYEES, answer=schemas.OpportunityDetails)
def show_opportunity(session: Session, opportunity_id: int) -> schemas.OpportunityDetails:
    return queries.opportunity_details(session, queries.find(session, Opportunity, opportunity_id))


@routes.patch(
    "/opportunities/<int:opportunity_id>",
    allow=CONVERTERS,
    body=schemas.OpportunityPatch,
    answer=schemas.OpportunityDetails,
    cause="opportunity",
    checkable=True,
)
def change_opportunity(
    session: Session, opportunity_id: int, body: schemas.OpportunityPatch
) -> schemas.OpportunityDetails:
    return commands.change_opportunity(session, opportunity_id, body)


@routes.get(
    "/opportunities/<int:opportunity_id>/changes",
    allow=EMPLOYEES,
    query=PageQuery,
    answer=Page[schemas.ChangeDetails],
)
def list_opportunity_changes(session: Session, opportunity_id: int, query: PageQuery) -> Page[schemas.ChangeDetails]:
    return queries.list_changes(session, Opportunity, opportunity_id, query)


@routes.get(
    "/opportunities/<int:opportunity_id>/activities",
    allow=EMPLOYEES,
    query=PageQuery,
    answer=Page[schemas.ActivityDetails],
)
def list_activities(
    session: Session, actor: Actor, opportunity_id: int, query: PageQuery
) -> Page[schemas.ActivityDetails]:
    return queries.list_activities(session, actor, opportunity_id, query)


@routes.post(
    "/opportunities/<int:opportunity_id>/activities",
    allow=CONVERTERS,
    body=schemas.ActivityDraft,
    answer=schemas.ActivityDetails,
    status=201,
    cause="activity",
)
def register_activity(
    session: Session, actor: Actor, opportunity_id: int, body: schemas.ActivityDraft
) -> schemas.ActivityDetails:
    return commands.register_activity(session, actor, opportunity_id, body)


@routes.get(
    "/opportunities/<int:opportunity_id>/activities/<int:activity_id>",
    allow=EMPLOYEES,
    answer=schemas.ActivityDetails,
)
def show_activity(session: Session, actor: Actor, opportunity_id: int, activity_id: int) -> schemas.ActivityDetails:
    found = queries.find_activity(session, opportunity_id, activity_id)
    return queries.activity_details(session, actor, [found])[0]


@routes.patch(
    "/opportunities/<int:opportunity_id>/activities/<int:activity_id>",
    allow=CONVERTERS,
    body=schemas.ActivityPatch,
    answer=schemas.ActivityDetails,
    cause="activity",
)
def correct_activity(
    session: Session, actor: Actor, opportunity_id: int, activity_id: int, body: schemas.ActivityPatch
) -> schemas.ActivityDetails:
    return commands.correct_activity(session, actor, opportunity_id, activity_id, body)


declare_masters(
    routes,
    shape=schemas.ChoiceDetails,
    read=EMPLOYEES,
    keep=(Role.ADMINISTRATOR,),
    choices_of=lambda session, master: Choices.known(session).of(master),
    create=commands.create_choice,
    edit=commands.edit_choice,
)
