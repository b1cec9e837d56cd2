"""What people and programs carry (random, kept as a hash only), and what services are shown (signed, short-lived)."""

import functools
import hashlib
import json
import secrets
import time
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.auth import sign
from chassis.settings import settings

PERSONAL = "tsunagi_pat_"  # so that a leaked one can be recognised for what it is
LIFETIME, SHARED = 60, 30  # seconds of a token for services, at least; how long the same one is given again


def fresh(prefix: str = "") -> str:
    """A new secret of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(token: str) -> bytes:
    """What is kept of it. One round of SHA-256 is enough: nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def signed(claims: dict[str, Any]) -> str:
    """The token that every service understands: who asks, in what roles, for the next minute at least."""
    now = int(time.time())
    return _signed(json.dumps(claims), now - now % SHARED)


@functools.lru_cache(1_000)
def _signed(claims: str, since: int) -> str:
    """The same for half a minute: a page asks several services, and each has then checked its signature already."""
    return sign(json.loads(claims) | {"iat": since, "exp": since + SHARED + LIFETIME}, _private_key())


@functools.cache
def _private_key() -> Any:
    return load_pem_private_key(settings().token_private_key, password=None)
