"""Passwords: argon2id with the parameters that OWASP names for it (19 MiB, 2 passes, 1 lane; about 20 ms here)."""

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from chassis.problems import Field, Invalid

SHORTEST, LONGEST = 10, 200
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """The hash to keep. Raises Invalid for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        ja = f"パスワードは{SHORTEST}文字以上{LONGEST}文字以内で入力してください。"
        en = f"A password has {SHORTEST} to {LONGEST} characters."
        raise Invalid([Field("password", "password_length", ja, en)])
    return _hasher.hash(password)


def invented() -> str:
    """A first password: 80 random bits in letters that cannot be mistaken for one another, in groups of four."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long without one to compare with: an unknown login must not show."""
    try:
        return _hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@functools.cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
