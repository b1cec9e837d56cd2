"""Forms count only if they come from our own pages: the synchroniser token.

The token is derived from what the browser's cookie holds (its sign-in, or before that a visitor's number), so it needs
no store, ends with the sign-in, and does not tell the cookie.
"""

import hashlib
import hmac

from flask import g, request

from chassis.problems import Forbidden
from chassis.settings import settings

from . import tokens

HEADER, FIELD = "X-CSRF-Token", "csrf_token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def session_cookie() -> str:
    """The cookie's name; with the prefix, browsers accept it from this very host over TLS only."""
    return "__Host-tsunagi" if settings().secure_cookies else "tsunagi"


def visitor_cookie() -> str:
    return "__Host-tsunagi-visitor" if settings().secure_cookies else "tsunagi-visitor"


def csrf_token() -> str:
    """The token for the forms of this page."""
    return derived_from(request.cookies.get(session_cookie()) or _visitor())


def check(in_form: bool = True) -> None:
    """Raises Forbidden unless this request carries the token of its own cookie, in the header or, if looked for there,
    in the form; looking reads the body, which then cannot be passed on."""
    held = request.cookies.get(session_cookie()) or request.cookies.get(visitor_cookie()) or ""
    shown = request.headers.get(HEADER) or (request.form.get(FIELD, "") if in_form else "")
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign or not held or not hmac.compare_digest(derived_from(held).encode(), shown.encode()):
        raise Forbidden(
            code="csrf",
            ja="画面の有効期限が切れました。画面を読み込み直してから、もう一度お試しください。",
            en="This page is out of date. Load it again, then try once more.",
        )


def derived_from(held: str) -> str:
    """The token of whoever holds this cookie."""
    return hmac.new(held.encode(), b"csrf", hashlib.sha256).hexdigest()


def _visitor() -> str:
    """The visitor's number, drawn when there is none; the answer then sets its cookie."""
    known = request.cookies.get(visitor_cookie())
    if known:
        return known
    if "new_visitor" not in g:
        g.new_visitor = tokens.fresh()
    return str(g.new_visitor)
