"""Checking a batch: every cell cleaned or refused; rows that pass go to lead, the others are settled as errors."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Text, cast, select, text
from sqlalchemy.orm import Session

from chassis.consumers import Permanent
from chassis.database import copy_rows

from .. import queries
from ..checks import CheckedRows, Checker, Known
from ..header import Header, HeaderCell
from ..models import Batch, UploadedList, UploadedRow
from ..reasons import Reason
from .cancelling import settle_cancelled
from .handing_over import hand_over
from .moving import settle_over_plan
from .settling import OUTCOME, count_settled

# A file may name what these masters hold: nothing is checked before they were heard of.
NEEDED_MASTERS = {code: master for master, code in queries.MASTERS.items()}
NOTE = """
UPDATE uploaded_row u SET notices = n.notices
FROM json_to_recordset(CAST(:noticed AS json)) AS n(row integer, notices json)
WHERE u.list_id = :list_id AND u.row = n.row
"""


class NotHeardYet(Exception):
    """What the cells are checked against has not arrived; the batch is tried again later."""


def check_batch(session: Session, list_id: int, number: int, round: int | None = None) -> None:
    """What is heard of an earlier `round` is of no account: the batch was stopped then, and is announced anew."""
    batch = session.get(Batch, (list_id, number), with_for_update=True)
    if batch is None:
        raise Permanent(f"there is no batch {number} of list {list_id}")
    if batch.state != "cut":
        return
    uploaded = session.get_one(UploadedList, list_id)
    if round not in (None, uploaded.rounds):
        return
    if uploaded.is_stopped:
        return settle_cancelled(session, uploaded)
    known = queries.known(session)
    mark = known.mark() if uploaded.mode == "plan" else None
    if uploaded.follows_a_plan and batch.checked_against == mark:
        batch.state, batch.outcomes = "checked", {}
        hand_over(session, uploaded, number, takes=batch.takes, as_planned=_numbers(session, batch))
        return
    batch.checked_against = mark
    checked = _checked_rows(session, uploaded, number, known)
    passed = checked.passed()
    refused = [_error(list_id, number, row, reasons) for row, reasons in sorted(checked.reasons.items())]
    if refused and uploaded.follows_a_plan:
        settle_over_plan(session, refused)
    elif refused:
        copy_rows(session, f"row_outcome ({OUTCOME})", refused)
    _keep_notices(session, list_id, checked)
    batch.outcomes = {"error": len(refused)} if refused else {}
    if not passed.rows and not uploaded.goes_in_order:  # where batches go in their order, none may be missing
        batch.state = "settled"
        session.flush()
        count_settled(session, list_id)
        return
    batch.state = "checked"
    seen = _seen(session, batch)
    looked_at = [seen.get(row) for row in passed.rows] if any(seen.values()) else ()
    hand_over(session, uploaded, number, passed.rows, passed.columns, looked_at, batch.takes)


def _numbers(session: Session, batch: Batch) -> Sequence[int]:
    those = (UploadedRow.list_id == batch.list_id, UploadedRow.batch == batch.number)
    return session.scalars(select(UploadedRow.row).where(*those).order_by(UploadedRow.row)).all()


def _seen(session: Session, batch: Batch) -> dict[int, int | None]:
    """Row → the version of its lead that was looked at when somebody chose; nothing where nobody did."""
    if batch.takes is None:
        return {}
    those = (UploadedRow.list_id == batch.list_id, UploadedRow.batch == batch.number)
    return {row: seen for row, seen in session.execute(select(UploadedRow.row, UploadedRow.seen).where(*those))}


def _checked_rows(session: Session, uploaded: UploadedList, number: int, known: Known) -> CheckedRows:
    header = header_of(uploaded)
    for code in header.codes() & NEEDED_MASTERS.keys():
        if code not in known.choices:
            raise NotHeardYet(f"the choices of {NEEDED_MASTERS[code]} have not arrived yet")
    checker = Checker(header, uploaded.kind, known)
    found = session.execute(
        select(UploadedRow.row, cast(UploadedRow.cells, Text))
        .where(UploadedRow.list_id == uploaded.id, UploadedRow.batch == number)
        .order_by(UploadedRow.row)
    ).all()
    cells = json.loads(f"[{','.join(written for _, written in found)}]")  # 2 µs a row less than one by one
    return checker.check([row for row, _ in found], cells)


def header_of(uploaded: UploadedList) -> Header:
    """The header as it was found when the list was read."""
    kept = uploaded.header or {"row": 0, "cells": [], "unknown": []}
    facts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Header(**facts | {"cells": tuple(HeaderCell(**cell) for cell in kept["cells"])})


def _error(list_id: int, number: int, row: int, reasons: list[Reason]) -> tuple[Any, ...]:
    return list_id, row, number, "error", None, to_json(reasons).decode(), None, None, None


def _keep_notices(session: Session, list_id: int, checked: CheckedRows) -> None:
    """Notes what was noticed about rows that go in, in one statement."""
    noticed = [
        {"row": row, "notices": notices} for row, notices in checked.notices.items() if row not in checked.reasons
    ]
    if noticed:
        session.execute(text(NOTE), {"noticed": json.dumps(noticed, ensure_ascii=False), "list_id": list_id})
