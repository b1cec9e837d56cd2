"""One database and one login for each service."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.credentials import Credentials
from deploy.postgres.databases import provide, remove, with_database

Provide = Callable[[str], str]


@pytest.fixture
def provided(postgres_url: str) -> Iterator[Provide]:
    """`provided("lead")` → the URL by which its login enters its database."""
    mark, names = secrets.token_hex(3), []

    def make(service: str) -> str:
        names.append(f"tsunagi_test_{mark}_{service}")
        return provide(postgres_url, names[-1], "password")

    yield make
    for name in names:
        remove(postgres_url, name)


def test_a_login_owns_its_database(provided: Provide) -> None:
    with psycopg.connect(provided("lead")) as connection:
        connection.execute("CREATE TABLE lead (id int)")
        connection.execute("CREATE TEMPORARY TABLE staging (id int)")
        assert connection.execute("SELECT lower('ÀЯΣ'), 'Ａ' < 'ア'").fetchone() == ("àяσ", False)


def test_a_login_cannot_enter_the_database_of_another(provided: Provide) -> None:
    lead, campaign = provided("lead"), provided("campaign")
    for other in (psycopg.conninfo.conninfo_to_dict(campaign)["dbname"],):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(with_database(lead, str(other)))


def test_providing_again_keeps_the_data_and_takes_the_new_password(provided: Provide, postgres_url: str) -> None:
    url = provided("lead")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    again = provide(postgres_url, name, "another")
    with psycopg.connect(again) as connection:
        connection.execute("SELECT * FROM kept")


def test_secrets_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path / "secrets")
    private, public = credentials.token_keys()
    assert credentials.password("lead") == Credentials(tmp_path / "secrets").password("lead")
    assert credentials.password("lead") != credentials.password("campaign")
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in (tmp_path / "secrets").iterdir()} == {
        "lead.password": "600",
        "campaign.password": "600",
        private.name: "600",
        public.name: "644",
    }
    assert Credentials(tmp_path / "secrets").token_keys() == (private, public)
