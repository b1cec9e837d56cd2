"""Stored files: written whole or not at all, found by an opaque key, never by a name that somebody sent."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from .events import uuid7
from .problems import Problem, Unavailable
from .settings import settings

PARTS = 256  # folders, by the last two digits of the key


@dataclass(frozen=True)
class StoredFile:
    """`size` in bytes, `sha256` in hexadecimal."""

    key: str
    size: int
    sha256: str


def path(key: str) -> Path:
    """Where the file of a key lies. Raises ValueError for anything that is no key."""
    name = str(UUID(key))
    return settings().files / name[-2:] / name


def store(stream: IO[bytes], limit: int | None = None) -> StoredFile:
    """Keeps what the stream holds. Raises a 413 Problem above `limit` bytes, Unavailable when the disk is full."""
    key = str(uuid7())
    target = path(key)
    partial = target.with_suffix(".partial")
    digest, size = hashlib.sha256(), 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as file:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if limit is not None and size > limit:
                    raise too_large(limit)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if is_full(error):
            raise no_space() from error
        raise
    except Problem:
        partial.unlink(missing_ok=True)
        raise
    return StoredFile(key, size, digest.hexdigest())


def is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def no_space() -> Unavailable:
    return Unavailable(
        code="storage_full",
        ja="サーバーの空き容量がないため、ファイルを保存できませんでした。管理者に連絡してください。",
        en="The server has no space left to keep the file. Tell an administrator.",
        retry_after=300,
    )


def too_large(limit: int) -> Problem:
    megabytes = limit // (1 << 20)
    return Problem(
        413,
        "too_large",
        ja=f"ファイルが大きすぎます。{megabytes} MB までのファイルを選んでください。",
        en=f"The file is too large; the limit is {megabytes} MB.",
    )


def open_file(key: str) -> IO[bytes]:
    return path(key).open("rb")


def forget(key: str) -> None:
    path(key).unlink(missing_ok=True)


def forget_strays(part: int, before: float, known: Callable[[list[str]], Iterable[str]]) -> None:
    """Removes what whoever kept it died with, before its row came to be, in one of the PARTS of the store: files older
    than `before` (seconds since 1970) that are not `known` among these keys, and such as were never whole."""
    folder = settings().files / f"{part:02x}"
    old = [found for found in folder.glob("*") if found.stat().st_mtime < before]
    named = set(known([found.name for found in old if not found.suffix])) if old else set()
    for found in old:
        if found.name not in named:
            found.unlink(missing_ok=True)


def forget_after_rollback(session: Session, key: str) -> None:
    """A file whose row never came to be does not stay."""
    event.listen(session, "after_rollback", lambda _session: forget(key), once=True)


def forget_after_commit(session: Session, key: str) -> None:
    """The file goes once it is certain that its row has gone."""
    event.listen(session, "after_commit", lambda _session: forget(key), once=True)
