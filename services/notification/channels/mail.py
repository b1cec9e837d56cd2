"""Mail: takes what waits in the table, hands it to the mail server outside any transaction, and records the outcome.

At least once, with a bounded doubt: a mail whose last reply was not heard (or whose process died meanwhile) is sent
once more after a quarter of an hour, with the same Message-ID, and then given up. Twice a minute it looks whether
digests are due and writes them, to be sent like every other mail.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis import health
from chassis.database import transaction
from chassis.settings import settings

from .. import commands
from .smtp import Line, Outcome

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between looks at an empty table
DATABASE_PAUSE = 1.0  # seconds before asking a database again that did not answer
DIGESTS_EVERY = 30.0  # seconds between looks for digests that are due
IDLE_LINE = 10.0  # seconds after which an unused connection is closed
LEASE = "15 minutes"  # longer than the server may take for its last word
DOUBT_WAIT = 900  # seconds until a mail that was perhaps sent is sent again
BACK_OFF = (10, 60, 300, 1_800, 3_600, *([7_200] * 54))  # seconds; after the last, 4½ days on, the mail is dead

CLAIM = text(f"""
    UPDATE mail SET state = 'sending', attempts = attempts + 1, lease_until = now() + interval '{LEASE}'
    WHERE id = (
        SELECT id FROM mail
        WHERE state IN ('pending', 'retry', 'unknown') AND next_attempt_at <= now()
        ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, message_id, recipient_name, recipient_address, subject, body, attempts, doubts, created_at
""")
# A process that died while sending leaves a doubt, like a reply that was not heard.
EXPIRED = text("""
    UPDATE mail SET doubts = doubts + 1, state = CASE WHEN doubts = 0 THEN 'unknown' ELSE 'dead' END,
        next_attempt_at = now(), lease_until = NULL, reply = 'the sending process ended before the outcome was known'
    WHERE state = 'sending' AND lease_until < now()
""")
RECORD = text("""
    UPDATE mail SET state = :state, reply = :reply, doubts = :doubts, lease_until = NULL,
        next_attempt_at = now() + make_interval(secs => :wait),
        sent_at = CASE WHEN :state = 'sent' THEN now() END
    WHERE id = :id AND state = 'sending' AND attempts = :attempts
""")


@dataclass(frozen=True)
class Claimed:
    id: int
    message_id: str
    recipient_name: str
    recipient_address: str
    subject: str
    body: str
    attempts: int
    doubts: int
    created_at: object


def deliver(stopping: Callable[[], bool]) -> None:
    """The process `mail`: sends until told to stop. Any number of them may run."""
    line = Line(settings().smtp_url)
    last_sent, next_digests = time.monotonic(), 0.0
    try:
        while not stopping():
            health.touch()
            if time.monotonic() >= next_digests and not _done(_write_digest):
                next_digests = time.monotonic() + DIGESTS_EVERY
            if _done(lambda: send_next(line)):
                last_sent = time.monotonic()
                continue
            if time.monotonic() - last_sent > IDLE_LINE:
                line.close()
            time.sleep(PAUSE)
    finally:
        line.close()


def _done(work: Callable[[], bool]) -> bool:
    """Whether there was something to do; while the database is away, there is not."""
    try:
        return work()
    except OperationalError as error:
        log.warning("the database does not answer: %s", error.orig)
        time.sleep(DATABASE_PAUSE)
        return False


def _write_digest() -> bool:
    """Whether there was one to write. One that cannot be written is tried again at the next look; mails go on."""
    try:
        with transaction() as session:
            return commands.write_next_digest(session, datetime.now(UTC))
    except OperationalError:
        raise
    except Exception:
        log.exception("a digest could not be written")
        return False


def send_next(line: Line) -> bool:
    """Sends the mail that waits longest; false if none is due."""
    with transaction() as session:
        session.execute(EXPIRED)
        row = session.execute(CLAIM).mappings().first()
    if row is None:
        return False
    mail = Claimed(**row)
    outcome = _send(line, mail)
    with transaction() as session:
        session.execute(RECORD, _recorded(mail, outcome))
    log.info("mail %s %s, attempt %s", mail.id, outcome.state, mail.attempts)
    return True


def _send(line: Line, mail: Claimed) -> Outcome:
    try:
        message = compose(mail)
    except (ValueError, MessageError, IndexError) as error:
        return Outcome("dead", f"{type(error).__name__}: {error}"[:500])
    return line.send(message, parseaddr(settings().mail_from)[1], mail.recipient_address)


def _recorded(mail: Claimed, outcome: Outcome) -> dict[str, object]:
    """What is kept of an attempt: the next state and when it is due."""
    state, wait, doubts = outcome.state, 0, mail.doubts
    if state == "unknown":
        doubts += 1
        state, wait = ("unknown", DOUBT_WAIT) if doubts == 1 else ("dead", 0)
    elif state == "retry":
        state, wait = ("retry", BACK_OFF[mail.attempts - 1]) if mail.attempts <= len(BACK_OFF) else ("dead", 0)
    return {
        "id": mail.id,
        "attempts": mail.attempts,
        "state": state,
        "reply": outcome.reply.replace("\0", ""),
        "doubts": doubts,
        "wait": wait,
    }


def compose(mail: Claimed) -> EmailMessage:
    """The message, in UTF-8. Raises ValueError for an address that is none; names cannot smuggle header lines in."""
    name, address = parseaddr(settings().mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(name), addr_spec=address)
    message["To"] = Address(_one_line(mail.recipient_name), addr_spec=mail.recipient_address)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _one_line(value: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
