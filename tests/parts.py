"""One service in process, with a real database of its own: its HTTP door, its event door, and what it said.

lead = part("lead")
lead.knows_the_cast()
answer = lead.by(ISAMU).post("/leads", json={...})
lead.hear(events.ListFinished(...), actor=MAKI)
assert lead.said(events.LeadsAssigned)[0].count == 3
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import auth, inbox, outbox
from chassis.database import make_engine, transaction, use
from chassis.events import Cause, Event, envelope, opened, uuid7
from chassis.service import load
from chassis.settings import settings
from chassis.web import create_app
from contracts import events
from tests.cast import EVERYBODY, Person

SaidEvent = TypeVar("SaidEvent", bound=Event)
KEY = Ed25519PrivateKey.generate()


def pem(key: Ed25519PrivateKey) -> bytes:
    """A private key as it stands in a file."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


PRIVATE_KEY = pem(KEY)
PUBLIC_KEY = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def token(person: Person, seconds: float = 60, **changed: Any) -> str:
    """What the gateway would sign for this person."""
    claims = {
        "sub": str(person.id),
        "login": person.login,
        "name": person.name,
        "roles": list(person.roles),
        "department_id": person.department_id,
        "locale": "ja",
        "exp": int(time.time() + seconds),
    }
    return auth.sign(claims | changed, PRIVATE_KEY)


class Signed(FlaskClient):
    """A test client that sends the person's token with everything."""

    token = ""

    def open(self, *args: Any, **options: Any) -> Any:
        headers = dict(options.pop("headers", None) or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return super().open(*args, headers=headers, **options)


class Part:
    def __init__(self, name: str) -> None:
        self.service = load(name)
        self.app = create_app(self.service)
        self.app.test_client_class = Signed

    def by(self, person: Person | None) -> Signed:
        """The HTTP door as this person (None: without a token)."""
        client = self.app.test_client()
        assert isinstance(client, Signed)
        client.token = token(person) if person else ""
        return client

    def hear(
        self, event: Event, actor: Person | None = None, cause: Cause | None = None, event_id: UUID | None = None
    ) -> str:
        """Hands an event to the event door; the answer is the inbox's: done, duplicate, retry or parked."""
        subscription = self.service.consumers.handlers[type(event)]
        event_id = event_id or uuid7()
        source = event.name.partition(".")[0]
        cause = cause or Cause.new("test", actor.id if actor else None)
        message = inbox.Message(event_id, event.routing_key(), envelope(event, event_id, source, cause))
        return inbox.receive(self.service.consumers, subscription.queue, message)

    def said(self, kind: type[SaidEvent]) -> list[SaidEvent]:
        """The events of this kind that wait in the outbox, in the order in which they were said."""
        return [event for event, _ in self.said_with_cause(kind)]

    def said_with_cause(self, kind: type[SaidEvent]) -> list[tuple[SaidEvent, Cause]]:
        with self.transaction() as session:
            bodies = session.scalars(
                select(outbox.outbox_event.c.body)
                .where(outbox.outbox_event.c.routing_key == kind.routing_key())
                .order_by(outbox.outbox_event.c.id)
            ).all()
        found = [opened(body)[:2] for body in bodies]
        for (event, _), body in zip(found, bodies, strict=True):  # nothing is said that the event does not have
            assert event.model_dump(mode="json", exclude_unset=True) == json.loads(body)["data"]
        return [(event, cause) for event, cause in found if isinstance(event, kind)]

    def forget_said(self) -> None:
        """Empties the outbox, as the relay would."""
        with self.transaction() as session:
            session.execute(outbox.outbox_event.delete())

    def why_set_aside(self) -> list[str]:
        """Reasons of the events that wait in retry or are parked: empty when all went well."""
        with self.transaction() as session:
            return list(session.scalars(select(inbox.inbox_event.c.last_error).where(inbox.waiting)).all())

    def transaction(self, actor: Person | None = None) -> AbstractContextManager[Session]:
        """A look, or a command, inside the service's database."""
        return transaction(Cause.new("test", actor.id if actor else None))

    def knows_the_cast(self) -> None:
        """The gateway has told this service about everybody."""
        users = tuple(
            events.UserFact(
                user_id=person.id,
                login=person.login,
                name=person.name,
                email=person.email,
                department_id=person.department_id,
                department=person.department,
                roles=person.roles,
                campaign_ids=person.campaign_ids,
                version=1,
            )
            for person in EVERYBODY
        )
        assert self.hear(events.UsersChanged(users=users)) == "done", self.why_set_aside()


@pytest.fixture
def part(
    database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Part]]:
    """`part("lead")`: that service on a fresh database. One at a time, as a process has one database."""
    (tmp_path / "public.pem").write_bytes(PUBLIC_KEY)
    (tmp_path / "private.pem").write_bytes(PRIVATE_KEY)
    monkeypatch.setenv("TSUNAGI_TOKEN_PUBLIC_KEY_FILE", str(tmp_path / "public.pem"))
    monkeypatch.setenv("TSUNAGI_TOKEN_PRIVATE_KEY_FILE", str(tmp_path / "private.pem"))
    monkeypatch.setenv("TSUNAGI_FILES", str(tmp_path / "files"))
    engines = []

    def make(name: str) -> Part:
        monkeypatch.setenv("TSUNAGI_DATABASE_URL", database(name))
        settings.cache_clear()
        auth._public_key.cache_clear()
        engines.append(make_engine(settings().database_url))
        use(engines[-1])
        return Part(name)

    yield make
    use(None)
    for engine in engines:
        engine.dispose()
    settings.cache_clear()
    auth._public_key.cache_clear()
