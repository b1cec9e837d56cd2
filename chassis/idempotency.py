"""A POST with an Idempotency-Key takes effect once: the answer is kept in the transaction of the effect.

Keys belong to the user; they are forgotten after a day. A second request that arrives while the first is still
at work waits for it on the unique key.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Request, Response
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from .outbox import machinery
from .problems import Conflict, Problem

idempotent_answer = Table(
    "idempotent_answer",
    machinery,
    Column("user_id", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)
LIFETIME = timedelta(hours=24)


def _asked(request: Request) -> str:
    """What is asked. Of an upload its fields, and the names and sizes of its files: the body as it was sent differs
    from one sending to the next (its boundary is random), and a large file is not read a second time."""
    digest = hashlib.sha256(f"{request.method} {request.path}".encode())
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data())
    sent = sorted((name, value) for name, value in request.form.items(multi=True))
    sent += sorted((name, f"{file.filename} {_size(file)}") for name, file in request.files.items(multi=True))
    digest.update(repr(sent).encode())
    return digest.hexdigest()


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size


def earlier_answer(session: Session, request: Request, user_id: int) -> Response | None:
    """The answer that this key was given before; None reserves the key for this transaction."""
    key = request.headers.get("Idempotency-Key")
    if not key or request.method != "POST":
        return None
    if len(key) > 200:
        raise Problem(
            400, "idempotency_key", ja="Idempotency-Key が長すぎます。", en="The Idempotency-Key is too long."
        )
    _forget_old(session)
    reserved = session.execute(
        insert(idempotent_answer)
        .values(user_id=user_id, key=key, asked=_asked(request))
        .on_conflict_do_nothing()
        .returning(idempotent_answer.c.key)
    ).first()
    if reserved:
        return None
    kept = session.execute(
        select(idempotent_answer).where(idempotent_answer.c.user_id == user_id, idempotent_answer.c.key == key)
    ).one()
    if kept.asked != _asked(request):
        raise Conflict(
            code="idempotency_key_reused",
            ja="この画面の内容は送信済みです（Idempotency-Key が別の内容で使われています）。画面を開き直してください。",
            en="This form was sent already (its Idempotency-Key was used for another request). Open it again.",
        )
    return Response(kept.body, kept.status, content_type="application/json", headers={"Idempotent-Replay": "true"})


def _forget_old(session: Session) -> None:
    """Those that another request is forgetting just now are left to it: nobody waits for its end."""
    place = tuple_(idempotent_answer.c.user_id, idempotent_answer.c.key)
    old = select(idempotent_answer.c.user_id, idempotent_answer.c.key).where(
        idempotent_answer.c.kept_at < datetime.now(UTC) - LIFETIME
    )
    session.execute(delete(idempotent_answer).where(place.in_(old.with_for_update(skip_locked=True))))


def keep_answer(session: Session, request: Request, user_id: int, response: Response) -> None:
    """A streamed answer is read to its end first: what cannot be kept could not be repeated."""
    key = request.headers.get("Idempotency-Key")
    if not key or request.method != "POST":
        return
    response.direct_passthrough = False
    session.execute(
        update(idempotent_answer)
        .where(idempotent_answer.c.user_id == user_id, idempotent_answer.c.key == key)
        .values(status=response.status_code, body=response.get_data())
    )
