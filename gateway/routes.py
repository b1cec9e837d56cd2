"""HTTP door of the gateway's own calls of the public API: sign-in, users, departments, personal tokens, saved
searches."""

from flask import Response, request
from sqlalchemy.orm import Session

from chassis.auth import PUBLIC, SIGNED_IN, Actor
from chassis.problems import Forbidden, Problem
from chassis.routes import Routes
from contracts.roles import EMPLOYEES, Role

from . import commands, csrf, queries, saved_searches, schemas, tokens

routes = Routes()


@routes.post("/api/v1/session", allow=PUBLIC, body=schemas.SignInForm, answer=schemas.SignInDone, cause="sign_in")
def sign_in(session: Session, body: schemas.SignInForm) -> schemas.SignInDone | Response:
    """Sign in with login and password; the token goes into the header Authorization: Bearer TOKEN."""
    address, agent = request.remote_addr or "", request.headers.get("User-Agent", "")
    result = commands.sign_in(session, body.login, body.password, address, agent)
    if isinstance(result, Problem):
        return result.as_response()
    return schemas.SignInDone(token=result.token, expires_at=result.expires_at)


@routes.delete("/api/v1/session", allow=SIGNED_IN, cause="sign_out")
def sign_out(session: Session) -> None:
    """Sign out: the token of this request ends. A personal token is not touched."""
    commands.sign_out(session, _bearer() or request.cookies.get(csrf.session_cookie(), ""))


def _bearer() -> str:
    return request.headers.get("Authorization", "").partition(" ")[2].strip()


@routes.get("/api/v1/me", allow=SIGNED_IN, answer=schemas.UserDetails)
def show_me(session: Session, actor: Actor) -> schemas.UserDetails:
    """Who I am."""
    return schemas.UserDetails.model_validate(queries.user(session, actor.id))


@routes.get("/api/v1/users", allow=SIGNED_IN, query=schemas.UserSearch, answer=schemas.UserPage)
def list_users(session: Session, actor: Actor, query: schemas.UserSearch) -> schemas.UserPage:
    """Users by login. An outsourced caller sees the own department only."""
    return queries.users(session, actor, query)


@routes.post(
    "/api/v1/users",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.UserDraft,
    answer=schemas.UserDetails,
    status=201,
    cause="user",
)
def create_user(session: Session, body: schemas.UserDraft) -> schemas.UserDetails:
    """Create a user."""
    return schemas.UserDetails.model_validate(commands.create_user(session, body))


@routes.patch(
    "/api/v1/users/<int:user_id>",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.UserChange,
    answer=schemas.UserDetails,
    cause="user",
)
def change_user(session: Session, user_id: int, body: schemas.UserChange) -> schemas.UserDetails:
    """Change a user. A new password, or active: false, ends the user's sign-ins."""
    return schemas.UserDetails.model_validate(commands.change_user(session, user_id, body))


@routes.get("/api/v1/departments", allow=EMPLOYEES, answer=schemas.DepartmentPage)
def list_departments(session: Session) -> schemas.DepartmentPage:
    """All departments, retired ones last."""
    return queries.departments(session)


@routes.post(
    "/api/v1/departments",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.DepartmentDraft,
    answer=schemas.DepartmentDetails,
    status=201,
    cause="department",
)
def create_department(session: Session, body: schemas.DepartmentDraft) -> schemas.DepartmentDetails:
    """Create a department."""
    return schemas.DepartmentDetails.model_validate(commands.create_department(session, body))


@routes.patch(
    "/api/v1/departments/<int:department_id>",
    allow=(Role.ADMINISTRATOR,),
    body=schemas.DepartmentChange,
    answer=schemas.DepartmentDetails,
    cause="department",
)
def change_department(
    session: Session, department_id: int, body: schemas.DepartmentChange
) -> schemas.DepartmentDetails:
    """Rename, move, reorder or retire a department."""
    return schemas.DepartmentDetails.model_validate(commands.change_department(session, department_id, body))


@routes.patch("/api/v1/me", allow=SIGNED_IN, body=schemas.Preferences, answer=schemas.UserDetails, cause="user")
def change_preferences(session: Session, actor: Actor, body: schemas.Preferences) -> schemas.UserDetails:
    """What I set for myself: language, notices, absence."""
    return schemas.UserDetails.model_validate(commands.change_preferences(session, actor.id, body))


@routes.put("/api/v1/me/password", allow=SIGNED_IN, body=schemas.PasswordChange, cause="user")
def change_password(session: Session, actor: Actor, body: schemas.PasswordChange) -> None:
    """Change my password: with a first password, the only thing that can be done. All other sign-ins of mine end."""
    kept = tokens.fingerprint(_bearer() or request.cookies.get(csrf.session_cookie(), ""))
    commands.change_own_password(session, actor.id, body.old_password, body.password, kept)


@routes.get("/api/v1/tokens", allow=SIGNED_IN, answer=schemas.ApiTokenPage)
def list_tokens(session: Session, actor: Actor) -> schemas.ApiTokenPage:
    """My personal tokens."""
    return queries.api_tokens(session, actor.id)


@routes.post(
    "/api/v1/tokens",
    allow=SIGNED_IN,
    body=schemas.ApiTokenDraft,
    answer=schemas.ApiTokenMade,
    status=201,
    cause="token",
)
def make_token(session: Session, actor: Actor, body: schemas.ApiTokenDraft) -> schemas.ApiTokenMade:
    """Make a personal token for a program. The token is in this answer, and never shown again. It takes a sign-in: a
    token that ends cannot make one that does not."""
    if _bearer().startswith(tokens.PERSONAL):
        ja = "APIトークンでは別のトークンを発行できません。サインインして発行してください。"
        raise Forbidden(ja=ja, en="A personal token cannot make another. Sign in to make one.")
    token, row = commands.make_api_token(session, actor.id, body)
    shown = schemas.ApiTokenDetails.model_validate(row).model_dump()
    return schemas.ApiTokenMade(**shown, token=token)


@routes.delete("/api/v1/tokens/<int:token_id>", allow=SIGNED_IN, cause="token")
def revoke_token(session: Session, actor: Actor, token_id: int) -> None:
    """Revoke one of my personal tokens."""
    commands.revoke_api_token(session, actor.id, token_id)


@routes.get("/api/v1/saved-searches", allow=SIGNED_IN, answer=schemas.SavedSearchPage)
def list_saved_searches(session: Session, actor: Actor) -> schemas.SavedSearchPage:
    """My saved searches, and those that others share."""
    return saved_searches.saved_searches(session, actor)


@routes.get("/api/v1/saved-searches/<int:search_id>", allow=SIGNED_IN, answer=schemas.SavedSearchDetails)
def show_saved_search(session: Session, actor: Actor, search_id: int) -> schemas.SavedSearchDetails:
    """A saved search."""
    return saved_searches.shown(actor, saved_searches.saved_search(session, actor, search_id))


@routes.post(
    "/api/v1/saved-searches",
    allow=SIGNED_IN,
    body=schemas.SavedSearchDraft,
    answer=schemas.SavedSearchDetails,
    status=201,
    cause="saved_search",
)
def save_search(session: Session, actor: Actor, body: schemas.SavedSearchDraft) -> schemas.SavedSearchDetails:
    """Save a search."""
    return saved_searches.shown(actor, saved_searches.save_search(session, actor, body))


@routes.patch(
    "/api/v1/saved-searches/<int:search_id>",
    allow=SIGNED_IN,
    body=schemas.SavedSearchChange,
    answer=schemas.SavedSearchDetails,
    cause="saved_search",
)
def change_saved_search(
    session: Session, actor: Actor, search_id: int, body: schemas.SavedSearchChange
) -> schemas.SavedSearchDetails:
    """Change a saved search: its name, whom it is for, its conditions."""
    return saved_searches.shown(actor, saved_searches.change_saved_search(session, actor, search_id, body))


@routes.delete("/api/v1/saved-searches/<int:search_id>", allow=SIGNED_IN, cause="saved_search")
def delete_saved_search(session: Session, actor: Actor, search_id: int) -> None:
    """Delete a saved search."""
    saved_searches.delete_saved_search(session, actor, search_id)
