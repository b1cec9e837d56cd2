"""Who is at the door: people by the cookie of their sign-in, programs by a bearer token; and what they may enter.

Pages and API ask the same question, `current_user()`. The API takes the cookie too: for reading as it is, for changes
only together with the token of our own forms, in the header.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Request, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from chassis import auth
from chassis.auth import Actor, NotSignedIn
from chassis.database import look, transaction
from chassis.problems import LANGUAGES, Problem, wished_language
from chassis.settings import settings

from . import commands, csrf, queries, tokens
from .models import ApiToken, SignedInSession

API = "/api/"
# What the chassis answers by itself, and files: neither pages nor API.
MACHINERY = ("/health/", "/metrics", "/openapi.json", "/static/", API)

# What nobody needs to send again after signing in.
NOTHING_LOST = ("/sign-out", "/language")

# What the API does for somebody whose password was set by an administrator.
WITH_A_FIRST_PASSWORD = (("PUT", "/api/v1/me/password"), ("DELETE", "/api/v1/session"))


class FirstPassword(Problem):
    def __init__(self) -> None:
        super().__init__(
            403,
            "first_password",
            ja="仮パスワードでは利用できません。先に PUT /api/v1/me/password で自分のパスワードに変更してください。",
            en="A first password opens nothing but its own change: PUT /api/v1/me/password.",
        )


@dataclass(frozen=True)
class SignedIn:
    """The person at the door. `name` is 姓 名, `department` the department's name."""

    id: int
    login: str
    name: str
    email: str
    department_id: int | None
    department: str
    roles: frozenset[str]
    locale: str
    must_change_password: bool = False

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def token(self) -> str:
        """A fresh token for services, in this person's name."""
        return tokens.signed(
            {
                "sub": str(self.id),
                "login": self.login,
                "name": self.name,
                "roles": sorted(self.roles),
                "department_id": self.department_id,
                "locale": self.locale,
            }
        )


def current_user() -> SignedIn | None:
    """Who asks; None if nobody is signed in. Looked up once per request. Raises NotSignedIn for a bad bearer token."""
    if "signed_in" not in g:
        g.signed_in = None  # should the look-up fail, the page that says so is shown to nobody in particular
        g.signed_in = _by_bearer() or _by_cookie()
    person: SignedIn | None = g.signed_in
    return person


def authenticate(_asking: Request) -> Actor | None:
    """For the chassis' door: the same, as services see it."""
    person = current_user()
    if person is None:
        return None
    allowed = is_page(request.path) or (request.method, request.path) in WITH_A_FIRST_PASSWORD
    if person.must_change_password and not allowed:  # pages lead to its change by themselves: guard.py
        raise FirstPassword
    return Actor(
        id=person.id,
        login=person.login,
        name=person.name,
        roles=person.roles,
        department_id=person.department_id,
        locale=person.locale,
        token=person.token(),
    )


def _by_bearer() -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    person = _holder(token.strip()) if scheme.lower() == "bearer" else None
    if person is None:
        raise NotSignedIn
    return person


def _by_cookie() -> SignedIn | None:
    token = request.cookies.get(csrf.session_cookie())
    person = _holder(token) if token else None
    if person and request.path.startswith(API) and request.method not in csrf.SAFE_METHODS:
        csrf.check(in_form=False)
    return person


def _holder(token: str) -> SignedIn | None:
    personal = token.startswith(tokens.PERSONAL)
    holder = queries.holder_of_api_token if personal else queries.holder_of_session
    with look() as connection:
        row = holder(connection, tokens.fingerprint(token), with_arrangements=is_page(request.path))
    if row is None:
        return None
    if row.to_note:
        with transaction() as session:
            commands.note_use(session, ApiToken if personal else SignedInSession, row.credential_id)
    g.arranged = row.arranged
    return SignedIn(
        id=row.id,
        login=row.login,
        name=f"{row.family_name} {row.given_name}".strip(),
        email=row.email,
        department_id=row.department_id,
        department=row.department,
        roles=frozenset(row.roles),
        locale=row.locale,
        must_change_password=row.must_change_password,
    )


# -- for pages -------------------------------------------------------------------------------------------------------


def allow(*roles: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Names who may use a page: roles, or tuples of roles such as EMPLOYEES."""
    named = [role for given in roles for role in (given if isinstance(given, tuple) else (given,))]
    return auth.allow(*named)


public = auth.allow(*auth.PUBLIC)


@dataclass(frozen=True)
class Entry:
    """A sign-in that succeeded, to be remembered on the answer."""

    opened: commands.Opened

    def remember_on(self, response: AnyResponse) -> None:
        """Sets the cookie; a session cookie for the browser, which the server ends by itself."""
        set_cookie(response, csrf.session_cookie(), self.opened.token)


def sign_in(login: str, password: str) -> Entry | Problem:
    """Checks and opens a session, which takes the place of the one that this browser had; a Problem (401, or 429 after
    too many) is answered, not raised."""
    address, agent = request.remote_addr or "", request.headers.get("User-Agent", "")
    with transaction() as session:
        result = commands.sign_in(session, login, password, address, agent)
        if not isinstance(result, Problem):
            commands.sign_out(session, request.cookies.get(csrf.session_cookie(), ""))
    return result if isinstance(result, Problem) else Entry(result)


def sign_out(response: AnyResponse) -> None:
    """Ends the session and takes the cookie back."""
    token = request.cookies.get(csrf.session_cookie())
    if token:
        with transaction() as session:
            commands.sign_out(session, token)
    response.delete_cookie(csrf.session_cookie(), path="/", secure=settings().secure_cookies, httponly=True)
    g.signed_in = None


def is_page(path: str) -> bool:
    return not path.startswith(MACHINERY)


def safe_next(target: str | None) -> str:
    """Where to go after the sign-in: a path of ours; anything else becomes the home page."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return "/"
    return target


def came_from() -> str:
    """The page on which somebody did what is asked for: htmx tells it, else the browser."""
    told = request.headers.get("HX-Current-URL")  # only a page of ours can say so, whatever a proxy calls this host
    try:
        shown = urlsplit(told or request.referrer or "")
    except ValueError:
        return "/"
    if not told and shown.netloc != request.host:
        return "/"
    return safe_next(f"{shown.path}?{shown.query}" if shown.query else shown.path)


def to_sign_in() -> Response:
    """Sends somebody who is not signed in to the sign-in page, and from there back to where they were; it says so where
    something was sent, which is lost."""
    unsafe = request.method not in csrf.SAFE_METHODS
    htmx = request.headers.get("HX-Request")
    there = came_from() if htmx or unsafe else request.full_path.rstrip("?")
    asked = {"next": there} if there != "/" and request.path not in NOTHING_LOST else {}
    asked |= {"unsent": "1"} if unsafe and request.path not in NOTHING_LOST else {}
    to = f"/sign-in?{urlencode(asked)}" if asked else "/sign-in"
    if htmx:
        return Response(status=401, headers={"HX-Redirect": to})
    response = redirect(to, 303)
    assert isinstance(response, Response)
    return response


def to_new_password() -> Response:
    """Sends somebody who came in with a first password to the page where it is replaced."""
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": "/settings/password"})
    response = redirect("/settings/password", 303)
    assert isinstance(response, Response)
    return response


_page_language: ContextVar[str | None] = ContextVar("page_language", default=None)


def language() -> str:
    """ja or en: chosen just now (?lang=), chosen in this browser, the user's own, the browser's, Japanese. A page asks
    some hundred times, for every text and day on it; found out once a request."""
    found = _page_language.get()
    if found is None:
        found = _language(current_user() if is_page(request.path) else None)
        _page_language.set(found)
    return found


def forget_language(_error: BaseException | None = None) -> None:
    """The next request of this thread may be somebody else's."""
    _page_language.set(None)


def _language(person: SignedIn | None) -> str:
    chosen = None
    if is_page(request.path):
        wishes = (request.args.get("lang"), request.cookies.get("language"), person.locale if person else None)
        chosen = next((wish for wish in wishes if wish in LANGUAGES), None)
    return str(chosen or wished_language() or "ja")


def set_cookie(response: AnyResponse, name: str, value: str, lifetime: int | None = None) -> None:
    response.set_cookie(
        name, value, max_age=lifetime, path="/", httponly=True, samesite="Lax", secure=settings().secure_cookies
    )
