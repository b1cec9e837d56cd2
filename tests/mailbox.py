"""A real SMTP server that keeps what it is sent, for tests that count mails."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from deploy.local.ports import free_port


class Mailbox:
    """`received` are all mails; start and stop as a context manager."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), data_size_limit=1 << 25)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Recipient"] = ", ".join(envelope.rcpt_tos)
        self.received.append(message)
        return "250 OK"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.received if address in mail["X-Recipient"]]

    def forget(self) -> None:
        self.received.clear()
