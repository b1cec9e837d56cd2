"""What import says: lists that come in, to its own workers and to lead; and that they are finished."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from pydantic import Field, model_validator

from chassis.events import Event


class ListUploaded(Event, name="import.list_uploaded"):
    """A list file passed the gate and is stored; its rows below row `after` are not read yet."""

    list_id: int
    after: int = 0


class LargeListUploaded(Event, name="import.large_list_uploaded"):
    """The same of a file that takes long to read: read by workers whom no short list waits for."""

    list_id: int
    after: int = 0


class CorrectionsUploaded(Event, name="import.corrections_uploaded"):
    """An error workbook of a finished list came back with its rows put right; they are not read yet."""

    list_id: int
    correction_id: int


class LargeCorrectionsUploaded(Event, name="import.large_corrections_uploaded"):
    """The same of a workbook that takes long to read: read by workers whom no short list waits for."""

    list_id: int
    correction_id: int


class BatchCut(Event, name="import.batch_cut"):
    """The raw rows of one batch of a list are stored and wait to be checked. `round`: how often the list had gone on by
    then, as list_finished tells it; a batch that was stopped is announced again in another one."""

    list_id: int
    batch: int
    round: int | None = None


class ExportRequested(Event, name="import.export_requested"):
    """Somebody asked for リスト出力; the file is not written yet."""

    export_id: int


Value = str | int | bool | None


class RowsPrepared(Event, name="import.rows_prepared.v2", formerly="import.rows_prepared"):
    """A batch of rows, cells checked and cleaned, is ready to be matched and merged. kind: invited, participants,
    update.

    `rows`: their numbers in the file. `columns`: field of the list layout → its values in these rows, in their order;
    only fields that the file has a column for. A blank cell is "", null says nothing. Dates are ISO text, owner_id and
    stage are resolved to what they mean. `seen`, where somebody chose between the file's values and the screen's: the
    versions of the leads that were looked at, in the order of the rows.
    `overwrite`: what a registration does to fields of known leads: fill (where blank) or file; the others it leaves.
    `erase_blanks`: an update erases what is blank in the file. `takes`: screen or file, where both had changed.
    `plan`: only what it would do is wanted. `ordered`: batches of this list go one after another, by their numbers;
    `first`: all before this one were settled, so that it waits for none. `as_planned`: in place of rows, the numbers of
    those that go in as they were planned; who planned them has them, but for those that were refused before.
    """

    list_id: int
    batch: int
    kind: str
    campaign_id: int | None = None
    rows: tuple[int, ...]
    columns: dict[str, tuple[Value, ...]]
    seen: tuple[int | None, ...] = ()
    as_planned: tuple[int, ...] = ()
    overwrite: dict[str, str] = Field(default_factory=dict)
    erase_blanks: bool = False
    takes: str | None = None
    plan: bool = False
    ordered: bool = False
    first: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_former_form(cls, told: Any) -> Any:
        """Formerly each of the rows was {row, values: {field: value}, seen}."""
        return told if not isinstance(told, dict) or "columns" in told else told | by_columns(told.get("rows", ()))

    def one_by_one(self) -> Iterator[dict[str, Any]]:
        """Its rows, each as {row, values: {field: value}, seen}."""
        every = zip(*self.columns.values(), strict=True) if self.columns else repeat(())
        for row, values, seen in zip(self.rows, every, self.seen or repeat(None), strict=False):
            yield {"row": row, "values": dict(zip(self.columns, values, strict=True)), "seen": seen}


def by_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`rows`, `columns` and `seen` of an event about rows that were kept one by one: {row, values, seen}. Where only
    some have a field, the others say nothing of it."""
    values = [row["values"] for row in rows]
    fields = dict.fromkeys(field for each in values for field in each)
    seen = tuple(row.get("seen") for row in rows)
    return {
        "rows": tuple(row["row"] for row in rows),
        "columns": {field: tuple(each.get(field) for each in values) for field in fields},
        "seen": seen if any(version is not None for version in seen) else (),
    }


class ListUndoing(Event, name="import.list_undoing"):
    """Somebody takes a finished list back: lead undoes what its rows did, part by part. Of a list that was taken back
    already, by another act: what a fault of the system had left."""

    list_id: int


class ListFinished(Event, name="import.list_finished"):
    """Every row of a list is settled, or the list failed and nothing more will come of it.

    status: finished, failed, discarded (a plan that nobody wants). The sum of outcomes is rows_read. `round` is 0 for
    the file itself; a list finishes once more with each error workbook that comes back, with each choice, and with
    the rest after a stop: 1, 2, …
    """

    list_id: int
    kind: str
    campaign_id: int | None = None
    file_name: str
    status: str
    rows_read: int
    outcomes: dict[str, int]
    round: int = 0

    def subject(self) -> str:
        return f"list/{self.list_id}"
