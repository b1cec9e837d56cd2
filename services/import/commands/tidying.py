"""What time alone brings about: exports that nobody writes any longer, files that belong to nobody."""

import time

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from chassis import files

from ..models import Correction, Export, UploadedList
from .exporting import fail_forgotten_exports

DAY = 86_400  # seconds; no request and no export takes as long


def tidy_up(session: Session) -> None:
    """Every minute."""
    fail_forgotten_exports(session)
    forget_strays(session, time.time())


def forget_strays(session: Session, now: float) -> None:
    """A process that dies between its file and its commit leaves the file. Each minute another part of the store is
    looked through for such; `now`: seconds since 1970."""

    def known(keys: list[str]) -> list[str]:
        owners = (table.file_key for table in (UploadedList, Correction, Export))
        named = union_all(*(select(file_key).where(file_key.in_(keys)) for file_key in owners))
        return [key for key in session.scalars(named) if key]

    files.forget_strays(int(now // 60) % files.PARTS, now - DAY, known)
