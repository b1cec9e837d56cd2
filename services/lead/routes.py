"""The HTTP door of the lead service."""

from collections.abc import Iterator
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from chassis.auth import PUBLIC, Actor
from chassis.choices import declare_masters
from chassis.routes import Routes
from chassis.shapes import PageQuery
from contracts.roles import CONVERTERS, EMPLOYEES, EVERYONE, LIST_KEEPERS, Role

from . import commands, queries, schemas
from .masters import masters

routes = Routes()


@routes.get("/leads", allow=EVERYONE, query=schemas.LeadSearch, answer=schemas.LeadPage)
def search_leads(session: Session, actor: Actor, query: schemas.LeadSearch) -> schemas.LeadPage:
    return queries.search_leads(session, actor, query)


@routes.get("/leads/counts", allow=EVERYONE, query=schemas.LeadFilters, answer=schemas.LeadCounts)
def count_leads(session: Session, actor: Actor, query: schemas.LeadFilters) -> schemas.LeadCounts:
    return queries.count_leads(session, actor, query)


@routes.post(
    "/export-tickets",
    allow=LIST_KEEPERS,
    body=schemas.ExportTicketDraft,
    answer=schemas.ExportTicketShape,
    status=201,
    cause="export",
)
def give_export_ticket(session: Session, actor: Actor, body: schemas.ExportTicketDraft) -> dict[str, str]:
    return {"ticket": commands.give_ticket(session, actor, body.kind, body.search)}


@routes.get("/export-rows", allow=PUBLIC)
def export_rows(session: Session) -> Iterator[str]:
    """Who may read them, and which, the ticket says."""
    return queries.export_rows(session, request.headers.get("Export-Ticket", ""))


@routes.post(
    "/leads", allow=EMPLOYEES, body=schemas.LeadDraft, answer=schemas.LeadDetails, status=201, cause="registration"
)
def register_lead(session: Session, actor: Actor, body: schemas.LeadDraft) -> schemas.LeadDetails:
    return commands.register_lead(session, actor, body)


@routes.post(
    "/leads/assignments",
    allow=LIST_KEEPERS,
    body=schemas.AssignmentDraft,
    answer=schemas.AssignmentResult,
    cause="bulk",
)
def assign_leads(session: Session, actor: Actor, body: schemas.AssignmentDraft) -> schemas.AssignmentResult:
    return commands.assign_leads(session, actor, body)


@routes.get("/leads/assignments/<uuid:act>", allow=LIST_KEEPERS, answer=schemas.AssignmentDetails)
def show_assignment(session: Session, actor: Actor, act: UUID) -> schemas.AssignmentDetails:
    return queries.assignment_details(session, actor, act)


@routes.post(
    "/leads/assignments/<uuid:act>/undoing", allow=LIST_KEEPERS, answer=schemas.AssignmentDetails, cause="undoing"
)
def undo_assignment(session: Session, actor: Actor, act: UUID) -> schemas.AssignmentDetails:
    return commands.undo_assignment(session, actor, act)


@routes.get("/leads/<int:lead_id>", allow=EVERYONE, query=schemas.LeadQuery, answer=schemas.WholeLead)
def show_lead(session: Session, actor: Actor, lead_id: int, query: schemas.LeadQuery) -> schemas.WholeLead:
    return queries.whole_lead(session, actor, lead_id, query)


@routes.patch("/leads/<int:lead_id>", allow=EVERYONE, body=schemas.LeadPatch, answer=schemas.LeadDetails, cause="edit")
def edit_lead(session: Session, actor: Actor, lead_id: int, body: schemas.LeadPatch) -> schemas.LeadDetails:
    return commands.edit_lead(session, actor, lead_id, body)


@routes.post(
    "/leads/<int:lead_id>/members",
    allow=EMPLOYEES,
    body=schemas.MemberDraft,
    answer=schemas.LeadDetails,
    status=201,
    cause="edit",
)
def join_campaign(session: Session, actor: Actor, lead_id: int, body: schemas.MemberDraft) -> schemas.LeadDetails:
    return commands.join_campaign(session, actor, lead_id, body)


@routes.patch(
    "/leads/<int:lead_id>/members/<int:campaign_id>",
    allow=EMPLOYEES,
    body=schemas.MemberPatch,
    answer=schemas.LeadDetails,
    cause="edit",
)
def edit_member(
    session: Session, actor: Actor, lead_id: int, campaign_id: int, body: schemas.MemberPatch
) -> schemas.LeadDetails:
    return commands.edit_member(session, actor, lead_id, campaign_id, body)


@routes.get("/leads/<int:lead_id>/actions", allow=EVERYONE, query=PageQuery, answer=schemas.ActionPage)
def list_actions(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> schemas.ActionPage:
    return queries.lead_actions(session, actor, lead_id, query)


@routes.post(
    "/leads/<int:lead_id>/actions",
    allow=EVERYONE,
    body=schemas.ActionDraft,
    answer=schemas.ActionDetails,
    status=201,
    cause="action",
)
def register_action(session: Session, actor: Actor, lead_id: int, body: schemas.ActionDraft) -> schemas.ActionDetails:
    return commands.register_action(session, actor, lead_id, body)


@routes.get("/leads/<int:lead_id>/actions/<int:action_id>", allow=EVERYONE, answer=schemas.ActionDetails)
def show_action(session: Session, actor: Actor, lead_id: int, action_id: int) -> schemas.ActionDetails:
    return queries.action_of_lead(session, actor, lead_id, action_id)


@routes.patch(
    "/leads/<int:lead_id>/actions/<int:action_id>",
    allow=EVERYONE,
    body=schemas.ActionPatch,
    answer=schemas.ActionDetails,
    cause="correction",
)
def correct_action(
    session: Session, actor: Actor, lead_id: int, action_id: int, body: schemas.ActionPatch
) -> schemas.ActionDetails:
    return commands.correct_action(session, actor, lead_id, action_id, body)


@routes.delete("/leads/<int:lead_id>/actions/<int:action_id>", allow=EVERYONE, cause="deletion")
def take_action_back(session: Session, actor: Actor, lead_id: int, action_id: int) -> None:
    commands.take_action_back(session, actor, lead_id, action_id)


@routes.get("/actions", allow=EVERYONE, query=schemas.ActionSearch, answer=schemas.FoundActions)
def search_actions(session: Session, actor: Actor, query: schemas.ActionSearch) -> schemas.FoundActions:
    return queries.search_actions(session, actor, query)


@routes.get("/actions/counts", allow=EVERYONE, query=schemas.ActionSpan, answer=schemas.ActionCounts)
def count_actions(session: Session, actor: Actor, query: schemas.ActionSpan) -> schemas.ActionCounts:
    return queries.count_actions(session, actor, query)


@routes.get("/leads/<int:lead_id>/memo-versions", allow=EVERYONE, query=PageQuery, answer=schemas.MemoPage)
def list_memo_versions(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> schemas.MemoPage:
    return queries.memo_versions(session, actor, lead_id, query)


@routes.get("/leads/<int:lead_id>/changes", allow=EVERYONE, query=PageQuery, answer=schemas.ChangePage)
def list_changes(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> schemas.ChangePage:
    return queries.lead_changes(session, actor, lead_id, query)


@routes.get("/leads/<int:lead_id>/neighbours", allow=EVERYONE, query=schemas.LeadSearch, answer=schemas.Neighbours)
def show_neighbours(session: Session, actor: Actor, lead_id: int, query: schemas.LeadSearch) -> schemas.Neighbours:
    return queries.neighbours(session, actor, lead_id, query)


@routes.get("/leads/<int:lead_id>/conversion-check", allow=CONVERTERS, answer=schemas.ConversionCheck)
def check_conversion(session: Session, actor: Actor, lead_id: int) -> schemas.ConversionCheck:
    return queries.conversion_check(session, actor, lead_id)


@routes.get("/persons", allow=EMPLOYEES, query=schemas.PersonSearch, answer=schemas.PersonPage)
def search_persons(session: Session, actor: Actor, query: schemas.PersonSearch) -> schemas.PersonPage:
    return queries.search_persons(session, actor, query)


@routes.post(
    "/persons",
    allow=EMPLOYEES,
    body=schemas.PersonDraft,
    answer=schemas.PersonDetails,
    status=201,
    cause="registration",
)
def register_person(session: Session, actor: Actor, body: schemas.PersonDraft) -> schemas.PersonDetails:
    return commands.register_person(session, actor, body)


@routes.get("/persons/<int:person_id>", allow=EMPLOYEES, answer=schemas.PersonDetails)
def show_person(session: Session, actor: Actor, person_id: int) -> schemas.PersonDetails:
    return queries.person_details(session, actor, person_id)


@routes.patch(
    "/persons/<int:person_id>", allow=EMPLOYEES, body=schemas.PersonPatch, answer=schemas.PersonDetails, cause="edit"
)
def edit_person(session: Session, actor: Actor, person_id: int, body: schemas.PersonPatch) -> schemas.PersonDetails:
    return commands.edit_person(session, actor, person_id, body)


@routes.get("/persons/<int:person_id>/changes", allow=EMPLOYEES, query=PageQuery, answer=schemas.ChangePage)
def list_person_changes(session: Session, actor: Actor, person_id: int, query: PageQuery) -> schemas.ChangePage:
    return queries.person_changes(session, actor, person_id, query)


@routes.get("/settings/matching-key", allow=EVERYONE, answer=schemas.MatchingKey)
def show_matching_key(session: Session) -> schemas.MatchingKey:
    return queries.current_matching_key(session)


@routes.patch(
    "/settings/matching-key",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.MatchingKeyPatch,
    answer=schemas.MatchingKey,
    cause="setting",
)
def set_matching_key(session: Session, body: schemas.MatchingKeyPatch) -> schemas.MatchingKey:
    return commands.set_matching_key(session, body)


@routes.get("/settings/first-response", allow=EVERYONE, answer=schemas.FirstResponseRule)
def show_first_response(session: Session) -> schemas.FirstResponseRule:
    return queries.current_first_response(session)


@routes.patch(
    "/settings/first-response",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.FirstResponsePatch,
    answer=schemas.FirstResponseRule,
    cause="setting",
)
def set_first_response(session: Session, body: schemas.FirstResponsePatch) -> schemas.FirstResponseRule:
    return commands.set_first_response(session, body)


declare_masters(
    routes,
    shape=schemas.ChoiceShape,
    read=EVERYONE,
    keep=(Role.ADMINISTRATOR,),
    choices_of=lambda session, master: masters(session).all(master),
    create=commands.create_choice,
    edit=commands.edit_choice,
)
