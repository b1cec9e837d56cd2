"""A mail server that keeps everything it is given to itself, with a page to read what would have been sent."""

import email
import email.policy
import imaplib
import sys
from email.message import EmailMessage
from pathlib import Path

from .ports import answers, free_ports
from .processes import Program

_USER, _PASSWORD = "test@example.org", "tsunagi-demo"


class MailCatcher:
    """Mails are kept in memory: they are gone when it stops."""

    def __init__(self, log: Path, page_port: int | None = None) -> None:
        self.smtp_port, self._imap_port, chosen = free_ports(3)
        self.page_port = page_port or chosen
        self.smtp_url = f"smtp://127.0.0.1:{self.smtp_port}"
        self.page_url = f"http://127.0.0.1:{self.page_port}"
        command = [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1"]
        command += ["--user", _USER, "--password", _PASSWORD, "--smtp-port", str(self.smtp_port)]
        command += ["--http-port", str(self.page_port), "--imap-port", str(self._imap_port)]
        self.program = Program("the mail catcher", command, log)

    def start(self) -> None:
        """Begin; returns at once."""
        self.program.start()

    def wait(self) -> None:
        ports = (self.smtp_port, self.page_port, self._imap_port)
        self.program.wait_until(lambda: all(answers(port) for port in ports), 30)

    def stop(self) -> None:
        self.program.stop(3)

    def mails(self) -> list[EmailMessage]:
        """Everything received, oldest first."""
        with imaplib.IMAP4("127.0.0.1", self._imap_port, timeout=10) as box:
            box.login(_USER, _PASSWORD)
            _, answer = box.select("INBOX", readonly=True)
            if answer[0] in (None, b"0"):
                return []
            _, parts = box.fetch("1:*", "(BODY.PEEK[])")
        texts = [part[1] for part in parts if isinstance(part, tuple)]
        return [email.message_from_bytes(text, policy=email.policy.default) for text in texts]  # type: ignore[misc]
