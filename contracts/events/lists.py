"""What import says: lists that come in, to its own workers and to lead; and that they are finished."""

from pydantic import Field

from chassis.events import Event, Fact


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


class BatchCut(Event, name="import.batch_cut"):
    """The raw rows of one batch of a list are stored and wait to be checked."""

    list_id: int
    batch: int


class ExportRequested(Event, name="import.export_requested"):
    """Somebody asked for リスト出力; the file is not written yet."""

    export_id: int


class PreparedRow(Fact):
    """One row of a list, cells checked and cleaned, keyed by field names of the list layout.

    `values` holds only the cells that the file has a column for; a blank cell is "". Dates are ISO text,
    owner_id and stage are resolved to what they mean. `seen`: the version of the lead that somebody looked at who chose
    between the file's values and the screen's.
    """

    row: int
    values: dict[str, str | int | bool | None]
    seen: int | None = None


class RowsPrepared(Event, name="import.rows_prepared"):
    """A batch of checked rows is ready to be matched and merged. kind: invited, participants, update.

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
    rows: tuple[PreparedRow, ...]
    as_planned: tuple[int, ...] = ()
    overwrite: dict[str, str] = Field(default_factory=dict)
    erase_blanks: bool = False
    takes: str | None = None
    plan: bool = False
    ordered: bool = False
    first: bool = False


class ListUndoing(Event, name="import.list_undoing"):
    """Somebody takes a finished list back: lead undoes what its rows did, part by part."""

    list_id: int


class ListFinished(Event, name="import.list_finished"):
    """Every row of a list is settled, or the list failed and nothing more will come of it.

    status: finished, failed, discarded (a plan that nobody wants). The sum of outcomes is rows_read. `round` is 0 for
    the file itself; a list finishes once more with each error workbook that comes back, and with each choice: 1, 2, …
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
