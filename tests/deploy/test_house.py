"""The house that `make run` starts: it comes up on servers of its own, mends itself, and leaves nothing behind."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest
import urllib3

from deploy.local.first_sign_in import administrator
from deploy.local.house import SERVICES, House
from deploy.local.processes import NotStarted
from deploy.local.rabbitmq import installed_server
from deploy.local.supervision import Supervision
from tests.waiting import until

pytestmark = pytest.mark.skipif(not installed_server(), reason="needs a RabbitMQ of its own: rabbitmq-server")


@pytest.fixture(scope="module")
def house(server_folder: Path) -> Iterator[House]:
    with House(server_folder / "own-house", scale={"import-worker": 2}) as house:
        yield house
    left = [process for process in _processes() if str(house.folder.path) in process]
    assert not left, left


def _processes() -> list[str]:
    """Command line and environment of everything that runs here."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append(f"{folder.name} {(folder / 'cmdline').read_text()} {(folder / 'environ').read_text()}")
        except (OSError, UnicodeDecodeError):
            continue
    return found


def test_every_process_runs_with_its_own_secrets_only(house: House) -> None:
    assert {"gateway-web", "lead-relay", "notification-mail", "import-worker", "import-worker-2"} <= house.roles.keys()
    logins = {house.database_url(service) for service in SERVICES} | {house.broker_url(each) for each in SERVICES}
    assert len(logins) == 2 * len(SERVICES)
    for name, role in house.roles.items():
        service = name.partition("-")[0]
        assert role.environment["TSUNAGI_DATABASE_URL"] == house.database_url(service)
        assert ("TSUNAGI_TOKEN_PRIVATE_KEY_FILE" in role.environment) == (service == "gateway")


def test_an_empty_company_has_an_administrator_who_can_sign_in(house: House) -> None:
    login, password = administrator(house)
    answer = urllib3.request("POST", f"{house.gateway_url}/api/v1/session", json={"login": login, "password": password})
    assert answer.status == 200 and "token" in answer.json()
    assert administrator(house) == (login, password)


def test_whichever_process_is_asked_tells_how_many_requests_all_have_answered(house: House) -> None:
    def ask(path: str) -> str:
        return urllib3.request("GET", house.service_url("lead") + path, headers={"Connection": "close"}).data.decode()

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(ask, ["/health/live"] * 40)) == {"ok"}
        counted = people.map(ask, ["/metrics"] * 8)
    assert all('tsunagi_requests_total{route="GET /health/live",status="200"} 40.0' in each for each in counted)
    assert house.roles["lead-web"].environment["TSUNAGI_PROCESSES"] == "2"


def test_a_process_that_dies_is_started_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(house, "say", said.append)
    role, supervision = house.roles["lead-web"], Supervision(house)
    first = role.pid
    role.kill()

    def back() -> bool:
        supervision.look(0.1)
        return role.is_running() and role.pid != first and house.is_ready("lead")

    until(back)
    assert len(said) == 1 and "lead-web ended; it starts again in 0.5 s" in said[0]


def test_a_server_that_dies_is_started_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(house, "say", said.append)
    [postgres] = [program for program in house.programs if program.name == "PostgreSQL"]
    first, supervision = postgres.pid, Supervision(house)
    assert first
    os.kill(first, signal.SIGKILL)

    def back() -> bool:
        supervision.look(0.1)
        return postgres.pid != first and all(house.is_ready(service) for service in SERVICES)

    until(back, 30)
    assert "PostgreSQL ended; it starts again in 0.5 s" in said[0]


def test_mails_stay_here_and_can_be_read(house: House) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.jp", "b@example.jp", "リードの担当になりました①髙"
    mail.set_content("﨑さん、こんにちは。")
    assert house.mail
    with SMTP("127.0.0.1", house.mail.smtp_port) as server:
        server.send_message(mail)
    [received] = until(house.mails)
    assert received["Subject"] == mail["Subject"] and "﨑さん" in received.get_content()
    assert urllib3.request("GET", str(house.mail_url)).status == 200


def test_only_one_house_in_a_folder(house: House) -> None:
    with pytest.raises(NotStarted, match=f"running already .process {os.getpid()}"):
        House(house.folder.path).start()
