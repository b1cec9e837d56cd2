"""What holds for every request at the gateway: language, forms' tokens, headers, errors as pages or as JSON."""

import logging

from flask import Flask, Response, current_app, g, json, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis.auth import PUBLIC, NotSignedIn
from chassis.problems import PassedOn, Problem
from chassis.settings import settings

from . import authentication, csrf, pages
from .authentication import API, is_page

log = logging.getLogger(__name__)

LARGEST = 200 * 1024 * 1024  # bytes of an upload: a list of a million rows
OVERHEAD = 1024 * 1024  # bytes of the form around it
DRAINED = LARGEST  # bytes of a refused upload that are read, so that its sender can hear why
YEAR = 31_536_000  # seconds

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Their answers hold a secret, which the store of answers for safe repeats must not keep.
SECRET_ANSWERS = ("/api/v1/session", "/api/v1/tokens")

# What somebody may open who has still to replace the first password.
WITHOUT_A_PASSWORD_OF_ONES_OWN = ("/settings/password", "/sign-out", "/language")


def register(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST + OVERHEAD
    if proxies := settings().trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.before_request(_prepare)
    app.teardown_request(authentication.forget_language)
    app.after_request(_add_headers)
    app.after_request(_remember_choices)
    app.after_request(_for_people)  # the first of the three to run


def check_doors(app: Flask) -> None:
    """Every route names who may use it; without that the application does not start."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.rpartition(".")[2] != "static" and not hasattr(view, "allow"):
            raise RuntimeError(f"{rule.rule} does not name who may use it: add @allow(…) or @public.")


def _prepare() -> Response | None:
    if request.path.startswith(SECRET_ANSWERS):
        request.environ.pop("HTTP_IDEMPOTENCY_KEY", None)
    if not is_page(request.path):
        return None
    g.language = authentication.language()
    if request.method not in csrf.SAFE_METHODS:
        _check_token()
    if request.path not in WITHOUT_A_PASSWORD_OF_ONES_OWN:
        user = authentication.current_user()
        if user and user.must_change_password:
            return authentication.to_new_password()
    return None


def _check_token() -> None:
    """Who has no sign-in any more is asked for it: that the form's token does not fit either is no news then."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "allow", PUBLIC) is not PUBLIC and csrf.session_cookie() not in request.cookies:
        raise NotSignedIn
    csrf.check()


def _for_people(response: Response) -> Response:
    """On a page an error is a page, and who is not signed in is asked to sign in."""
    if response.status_code == 413 or (is_page(request.path) and response.status_code in (401, 403)):
        _drain()
    if request.path.startswith(API) and response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.mimetype != "application/problem+json" or not is_page(request.path):
        return response
    if response.status_code == 401:
        return authentication.to_sign_in()
    try:
        page = pages.error_page(PassedOn(json.loads(response.get_data())))
    except Exception:
        log.exception("the error page failed")
        return response
    for name in ("Retry-After", "X-Request-Id"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page


def _too_large(_error: Exception) -> Response:
    limit = LARGEST // 1024**2
    ja = f"ファイルが大きすぎます。{limit} MB 以下にしてください。"
    return Problem(413, "too_large", ja=ja, en=f"The file is too large. At most {limit} MB are accepted.").as_response()


def _drain() -> None:
    """Reads what is left of a refused upload: a connection closed on unread data reaches its sender as a reset."""
    stream, left = request.environ["wsgi.input"], DRAINED
    while left > 0 and (block := stream.read(min(left, 1 << 20))):
        left -= len(block)


def _remember_choices(response: Response) -> Response:
    if is_page(request.path):
        if request.args.get("lang") in ("ja", "en"):
            authentication.set_cookie(response, "language", request.args["lang"], lifetime=YEAR)
        if "new_visitor" in g:
            authentication.set_cookie(response, csrf.visitor_cookie(), g.new_visitor)
    return response


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "private, no-cache")
    if is_page(request.path):  # else Back shows the fragment that htmx fetched last from the page's address
        response.vary.update(("HX-Request", "HX-Target"))
    return response
