"""`python -m deploy.local run|reset`: what `make run` and `make reset` do once the virtual environment stands."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from deploy.demo import PASSWORD, SIGN_INS

from .first_sign_in import administrator
from .house import SERVICES, House
from .processes import NotStarted
from .supervision import Supervision

FOLDER = Path(__file__).parents[2] / ".tsunagi"


class Stopped(BaseException):
    """Somebody asked us to stop."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("what", choices=("run", "reset"))
    parser.add_argument("--without-demo", action="store_true", help="start with an empty company")
    asked = parser.parse_args()
    try:
        if asked.what == "run":
            run(with_demo=not asked.without_demo)
        else:
            reset()
    except NotStarted as error:
        sys.exit(f"\n{error}")


def run(with_demo: bool) -> None:
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    smtp_url = os.environ.get("TSUNAGI_SMTP_URL")
    house = House(
        FOLDER,
        web_port=int(os.environ.get("TSUNAGI_PORT", "8080")),
        mail_port=None if smtp_url else int(os.environ.get("TSUNAGI_MAIL_PORT", "8025")),
        postgres_url=os.environ.get("TSUNAGI_POSTGRES_URL"),
        broker_url=os.environ.get("TSUNAGI_BROKER_URL"),
        smtp_url=smtp_url,
        scale=_scale(os.environ.get("TSUNAGI_SCALE", "")),
        throwaway=False,
        systems_broker=True,
        say=lambda text: print(text, flush=True),
    )
    try:
        with house:
            if with_demo and not house.folder.recall("demo"):
                from deploy.demo.loading import load

                print("Loading the demo company", flush=True)
                house.run("gateway", "demo-users")
                load(house.gateway_url)
                house.folder.remember("demo", True)
            print(_welcome(house, time.monotonic() - began), flush=True)
            supervision = Supervision(house)
            while True:
                supervision.look()
    except Stopped:
        print("\nStopped.", flush=True)


def reset() -> None:
    if not FOLDER.exists():
        return
    from .forget import forget

    forget(FOLDER, os.environ.get("TSUNAGI_POSTGRES_URL"), os.environ.get("TSUNAGI_BROKER_URL"), SERVICES)
    print("All data is forgotten.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    """The first time: stop in order. Being impatient does not help: it takes seconds."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("\nStopping", flush=True)
    raise Stopped


def _scale(text: str) -> dict[str, int]:
    """`import-worker=2,lead-worker=2` → how many of which role."""
    return {name.strip(): int(count) for name, _, count in (part.partition("=") for part in text.split(",") if part)}


def _welcome(house: House, seconds: float) -> str:
    lines = ["", f"Tsunagi is ready ({seconds:.0f} s)", "", f"  {house.gateway_url}   the web pages"]
    if house.mail_url:
        lines.append(f"  {house.mail_url}   the mails that were sent")
    if house.folder.recall("demo"):
        lines += ["", f"  Demo sign-ins, all with the password {PASSWORD}:", ""]
        lines += [f"    {login:<6} {what}" for login, what in SIGN_INS.items()]
    else:
        login, password = administrator(house)
        lines += ["", f"  The company is empty; its administrator signs in as {login}, password {password}"]
        lines += ["  and registers the others under 管理 → ユーザー."]
    return "\n".join(
        [*lines, "", f"  Logs: {house.folder.logs}", "  Ctrl-C stops everything; make reset forgets the data."]
    )


if __name__ == "__main__":
    main()
