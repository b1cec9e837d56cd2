"""The administrator of a company that `make run WITH=--without-demo` starts empty: nobody else can sign in there."""

import secrets
import subprocess
import sys
from pathlib import Path

from .house import House
from .processes import NotStarted

ROOT = Path(__file__).parents[2]
LOGIN = "administrator"


def administrator(house: House) -> tuple[str, str]:
    """Login and password; made the first time, remembered in the folder after that. Raises NotStarted."""
    password = house.folder.recall(LOGIN)
    if password is None:
        password = secrets.token_urlsafe(9)
        answers = [LOGIN, "管理", "担当", "administrator@tsunagi.example.jp", password]
        done = subprocess.run(
            [sys.executable, "-m", "chassis", "gateway", "create-administrator"],
            input="".join(f"{answer}\n" for answer in answers),
            env=house.environment("gateway"),
            cwd=ROOT,
            text=True,
            encoding="utf-8",
            capture_output=True,
        )
        if done.returncode:
            raise NotStarted(f"The first administrator could not be made.\n{done.stderr}")
        house.folder.remember(LOGIN, password)
    return LOGIN, password
