"""The first user of a real installation: `python -m chassis gateway create-administrator`.

Asks on a terminal; otherwise reads login, 姓, 名, e-mail address and password from standard input, a line each.
"""

import getpass
import sys

from pydantic import ValidationError
from sqlalchemy.orm import Session

from chassis.problems import Problem, from_pydantic
from contracts.roles import Role

from . import commands
from .schemas import UserDraft

QUESTIONS = {"login": "login", "family_name": "family name (姓)", "given_name": "given name (名)", "email": "e-mail"}


def create(session: Session) -> None:
    """Creates an administrator; says what is wrong and ends with 1 if that cannot be."""
    given = {name: _asked(question) for name, question in QUESTIONS.items()}
    password = _password()
    try:
        draft = UserDraft.model_validate(given | {"password": password, "roles": [Role.ADMINISTRATOR]})
        commands.create_user(session, draft)
    except ValidationError as error:
        _refuse(from_pydantic(error.errors(include_url=False)))
    except Problem as problem:
        _refuse(problem)


def _asked(question: str) -> str:
    return input(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("password: ")
    if password != getpass.getpass("password, once more: "):
        sys.exit("The two passwords differ; nobody was created.")
    return password


def _refuse(problem: Problem) -> None:
    wrong = [f"{error.field}: {error.en}" for error in problem.errors] or [problem.en]
    sys.exit("Nobody was created. " + " ".join(wrong))
