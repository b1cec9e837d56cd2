"""Who asks: a signed token of at most a few minutes, made by the gateway, checked by every service.

Ed25519: services hold the public key only, so none of them can make a token.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Request, g, request

from .problems import Forbidden, Problem, wished_language
from .settings import settings

ISSUER, AUDIENCE, ALGORITHM = "gateway", "tsunagi", "EdDSA"
LEEWAY = 5  # seconds by which the clocks of two machines may differ


class Anybody(tuple[str, ...]):
    """A marker in place of roles."""


PUBLIC = Anybody(("public",))  # no sign-in
SIGNED_IN = Anybody(("signed in",))  # whatever the roles

Allowed = tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """The person who asks, as the token tells. `token` is passed on when a service has to ask another."""

    id: int
    login: str
    name: str
    roles: frozenset[str]
    department_id: int | None
    locale: str
    token: str

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


class NotSignedIn(Problem):
    def __init__(self) -> None:
        super().__init__(401, "not_signed_in", ja="サインインしてください。", en="Sign in first.")


def sign(actor_claims: dict[str, Any], private_key: bytes) -> str:
    """A token with these claims; the gateway adds `exp`."""
    return jwt.encode({**actor_claims, "iss": ISSUER, "aud": AUDIENCE}, private_key, algorithm=ALGORITHM)


@functools.cache
def _public_key() -> Any:
    return load_pem_public_key(settings().token_public_key)


@functools.lru_cache(1_000)
def _claims(token: str) -> dict[str, Any]:
    """What a token says that the gateway signed; the same one comes for half a minute. Whether it has ended is
    asked each time."""
    claims: dict[str, Any] = jwt.decode(
        token,
        _public_key(),
        [ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        leeway=LEEWAY,
        options={"require": ["exp", "sub"], "verify_exp": False},
    )
    return claims


def authenticate(asking: Request) -> Actor | None:
    """The actor of a request with `Authorization: Bearer TOKEN`; None without one, NotSignedIn for a bad one."""
    scheme, _, token = asking.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    try:
        claims = _claims(token)
    except jwt.InvalidTokenError as error:
        raise NotSignedIn from error
    if claims["exp"] < time.time() - LEEWAY:
        raise NotSignedIn
    return Actor(
        id=int(claims["sub"]),
        login=claims["login"],
        name=claims["name"],
        roles=frozenset(claims["roles"]),
        department_id=claims.get("department_id"),
        locale=claims.get("locale", "ja"),
        token=token,
    )


Authenticator = Callable[[Request], Actor | None]


def admit(allowed: Allowed, authenticator: Authenticator) -> Actor | None:
    """Lets a request in or raises NotSignedIn / Forbidden. The actor is also in `flask.g.actor`."""
    if allowed is PUBLIC:
        return None
    actor = authenticator(request)
    if actor is None:
        raise NotSignedIn
    g.actor = actor
    if "language" not in g:
        g.language = wished_language() or actor.locale
    if allowed is not SIGNED_IN and not actor.has(*allowed):
        raise Forbidden
    return actor


def allow(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Names who may use a plain Flask view, and lets nobody else in. `allow(*PUBLIC)` and `allow(*SIGNED_IN)` too."""
    allowed = next((marker for marker in (PUBLIC, SIGNED_IN) if tuple(marker) == roles), roles)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def admitted(*args: Any, **values: Any) -> Any:
            from flask import current_app

            admit(allowed, current_app.extensions["tsunagi"].authenticate)
            return view(*args, **values)

        admitted.allow = allowed  # type: ignore[attr-defined]
        return admitted

    return decorate
