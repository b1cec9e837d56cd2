"""One conversation with the mail server, kept open between mails, and an honest answer about each of them.

smtplib's own `sendmail` cannot tell "not handed over" from "handed over, but no reply heard"; this can.
"""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0  # seconds for the connection and each command
LAST_WORD_TIMEOUT = 600.0  # for the reply after the message: RFC 5321 4.5.3.2.6
KEPT_OPEN = 50  # mails per connection


@dataclass(frozen=True)
class Outcome:
    """state: sent, retry (certainly not sent; try again), dead (refused for good), unknown (perhaps sent)."""

    state: str
    reply: str


class Line:
    """A connection to the server at `url`: smtp://, smtps://, with user and password, `?starttls=1`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, message: EmailMessage, sender: str, recipient: str) -> Outcome:
        payload = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTP))
        try:
            server = self._open()
            refusal = self._hand_over(server, payload, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("retry", _said(error))
        if refusal:
            return refusal
        return self._last_word(server)

    def _hand_over(self, server: smtplib.SMTP, payload: bytes, sender: str, recipient: str) -> Outcome | None:
        """Everything up to the final dot; what the server refused, if it did."""
        steps = (lambda: server.mail(sender), lambda: server.rcpt(recipient), lambda: server.docmd("DATA"))
        for step in steps:  # each only after the one before was granted
            code, reply = step()
            if code not in (250, 251, 354):
                server.rset()
                return _refused(code, reply)
        server.send(payload.rstrip(b"\r\n") + b"\r\n.\r\n")
        return None

    def _last_word(self, server: smtplib.SMTP) -> Outcome:
        try:
            if server.sock:
                server.sock.settimeout(LAST_WORD_TIMEOUT)
            code, reply = server.getreply()
            if server.sock:
                server.sock.settimeout(TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("unknown", _said(error))
        self._sent += 1
        return Outcome("sent", _text(code, reply)) if code == 250 else _refused(code, reply)

    def _open(self) -> smtplib.SMTP:
        """The open connection if it still answers, else a new one."""
        if self._server and self._sent < KEPT_OPEN:
            try:
                if self._server.noop()[0] == 250:
                    return self._server
            except (OSError, smtplib.SMTPException):
                pass
        self.close()
        address = urlsplit(self.url)
        secure = ssl.create_default_context()
        me: dict[str, Any] = {"local_hostname": socket.gethostname(), "timeout": TIMEOUT}  # asks no DNS who we are
        if address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(context=secure, **me)
            server.connect(address.hostname or "", address.port or 465)
        else:
            server = smtplib.SMTP(**me)
            server.connect(address.hostname or "", address.port or 25)
        self._server, self._sent = server, 0
        server.ehlo_or_helo_if_needed()
        if "starttls=1" in address.query:
            server.starttls(context=secure)
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        return server

    def close(self) -> None:
        if self._server:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
        self._server = None


def _refused(code: int, reply: bytes) -> Outcome:
    """5xx is for good, unless it is about us and not about the mail: sign-in missing or wrong (RFC 4954)."""
    for_good = 500 <= code < 600 and code not in (530, 534, 535, 538)
    return Outcome("dead" if for_good else "retry", _text(code, reply))


def _text(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode(errors='replace')}"[:500]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
