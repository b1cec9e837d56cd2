"""The notification service that knows the cast, and a real mail server that does as a test tells it."""

import asyncio
import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import text

from chassis.settings import settings
from contracts import events
from deploy.local.ports import free_port
from tests.cast import Person
from tests.parts import Part

MakePart = Callable[[str], Part]


class MailServer:
    """Keeps what it accepts. `replies` are its next answers to a message; "vanish" closes the line without a word."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.replies: list[str] = []
        self.connections = 0
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("250") or reply == "vanish":
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            self.recipients += envelope.rcpt_tos
        if reply == "vanish":
            server.transport.abort()
            await asyncio.sleep(0)
        return reply

    def close(self) -> None:
        self._controller.stop()


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    monkeypatch.setenv("TSUNAGI_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
    yield server
    server.close()


@pytest.fixture
def notification(part: MakePart, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Part:
    monkeypatch.setenv("TSUNAGI_PUBLIC_URL", "https://tsunagi.example.jp")
    made = part("notification")
    assert settings().public_url == "https://tsunagi.example.jp"
    made.knows_the_cast()
    return made


def assigned(owner: Person, count: int, act: str = "bulk") -> events.LeadsAssigned:
    """`count` leads became this person's."""
    leads = tuple(
        events.AssignedLead(
            lead_id=number, number=f"L-{number:06}", person_name=f"山田 {number}郎", company="繋商事株式会社"
        )
        for number in range(1, min(count, 20) + 1)
    )
    return events.LeadsAssigned(owner_id=owner.id, count=count, leads=leads, act=act)


def mails(notification: Part) -> list[Any]:
    """The mails as the table has them."""
    with notification.transaction() as session:
        return list(session.execute(text("SELECT * FROM mail ORDER BY id")).all())
