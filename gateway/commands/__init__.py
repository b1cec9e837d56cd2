"""Verbs: signing in and out, personal tokens, users and departments. Says which users changed."""

from .departments import change_department, create_department
from .personal_tokens import make_api_token, revoke_api_token
from .signing_in import Opened, note_use, sign_in, sign_out
from .telling import say_everybody, say_users
from .users import (
    change_own_password,
    change_preferences,
    change_user,
    create_user,
    give_password,
    mistakes_of_user,
)

__all__ = [
    "Opened",
    "change_department",
    "change_own_password",
    "change_preferences",
    "change_user",
    "create_department",
    "create_user",
    "give_password",
    "make_api_token",
    "mistakes_of_user",
    "note_use",
    "revoke_api_token",
    "say_everybody",
    "say_users",
    "sign_in",
    "sign_out",
]
