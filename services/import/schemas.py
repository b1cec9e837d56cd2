"""The shapes of what the import service is asked and answers."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape

Kind = Literal["invited", "participants", "update"]
Outcome = Literal["created", "updated", "unchanged", "history_only", "review", "conflict", "error", "cancelled"]
Status = Literal[
    "received",
    "asking",
    "reading",
    "planning",
    "planned",
    "committing",
    "finished",
    "failed",
    "cancelled",
    "discarded",
    "undoing",
    "undone",
]


class ListForm(Shape):
    """What comes with the file of a リスト登録 or リスト更新. `overwrite`: what a registration does to the fields of
    leads that are known: field → keep, fill (where blank) or file. `erase_blanks`: an update erases what is blank in
    the file. `ask`: what is not clear about sheets and headers is asked before the file is read (status asking);
    otherwise the likeliest sheet is read, and columns that nobody understands are told as a warning."""

    kind: Kind
    campaign_id: Id | None = None
    mode: Literal["commit", "plan"] = "commit"
    overwrite: dict[str, Literal["keep", "fill", "file"]] = Field(default_factory=dict)
    erase_blanks: bool = False
    ask: bool = False

    @field_validator("overwrite", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise FieldError("json", ja="JSON の形が正しくありません。", en="This is not valid JSON.") from error


class Choice(Shape):
    """Whose values hold where file and screen had changed: of these rows, or of all that wait. `none` takes back what
    was chosen, as long as the list is a plan: of these rows, or of all."""

    take: Literal["screen", "file", "none"]
    rows: list[int] | None = Field(None, max_length=1000)


class Answer(Shape):
    """What is read: a sheet that was offered, and the field of each of its columns (by its index), "" for none. `row`:
    its header, if it is not the one that seems to be."""

    sheet: str
    row: int | None = None
    columns: dict[int, str] = Field(max_length=256)


class ListSearch(PageQuery):
    campaign_id: Id | None = None
    kind: list[Kind] = Field(default_factory=list)
    status: list[Status] = Field(default_factory=list)
    uploaded_by: Id | None = None


class RowSearch(PageQuery):
    outcome: list[Outcome] = Field(default_factory=list)
    kept: bool = Field(False, description="only rows that an undoing left as they are")
    moved: bool = Field(False, description="only rows that became something else than the plan had said")


class Accepted(Shape):
    id: Id
    status: str


class Uploader(Shape):
    id: Id
    name: str


class Warning(Shape):
    """Something about the whole list that its user should know, though it was read."""

    code: str
    message: str
    columns: list[str] = Field(default_factory=list)


class CorrectionDetails(Shape):
    """An error workbook that came back. status: received, read, failed. `ignored`: its rows that were no open rows.
    `warnings`: what else was noticed in it."""

    number: int
    status: str
    file_name: str
    rows: int
    ignored: int
    warnings: list[Warning]
    problem: str | None
    problem_code: str | None
    created_at: datetime
    by: Uploader


class UndoingDetails(Shape):
    """A list that is taken back. `leads`: how many it had touched (0 until that is known), of which so many are
    `undone` and `kept` so far; `failed` of the kept by a fault of the system: to be tried again. `at`: when it
    ended, else when it was asked for."""

    at: datetime
    by: Uploader
    leads: int
    undone: int
    kept: int
    failed: int


class QuestionColumn(Shape):
    """`index` counts from 0; `letter`: what the spreadsheet calls it. `code`: the field that it seems to be, or "".
    `clear`: nobody need say more about it."""

    index: int
    letter: str
    name: str
    code: str
    samples: list[str]
    clear: bool


class QuestionRow(Shape):
    """A row that may be the header, and what the columns are if it is."""

    row: int
    columns: list[QuestionColumn]


class QuestionSheet(Shape):
    """A sheet with rows; `row` seems to be its header. `rows`: those of its first that may be it instead."""

    sheet: str
    row: int
    columns: list[QuestionColumn]
    rows: list[QuestionRow]


class QuestionField(Shape):
    code: str
    label: str


class Question(Shape):
    """Which sheet is read, and which of `fields` its columns are."""

    sheets: list[QuestionSheet]
    fields: list[QuestionField]


class ReadColumn(Shape):
    """A column of the file: the field that it was read as. `remembered`: as whoever uploaded it had said of such a
    heading before."""

    letter: str
    name: str
    label: str
    remembered: bool


class ReadColumns(Shape):
    """How a list was read: its header in this row; `left_out` are the columns that were not read."""

    row: int
    taken: list[ReadColumn]
    left_out: list[ReadColumn]
    may_forget: bool = Field(description="whether the caller remembers something about these headings")


class ListDetails(Shape):
    """`outcomes` always has all eight keys; they sum to `rows_settled`, and to `rows_read` once finished. `columns`:
    how the file was read; told of one list alone."""

    id: Id
    kind: str
    campaign_id: Id | None
    campaign: str
    mode: str
    overwrite: dict[str, str]
    erase_blanks: bool
    status: str
    file_name: str
    file_size: int
    sha256: str
    sheet: str
    uploaded_by: Uploader
    created_at: datetime
    finished_at: datetime | None
    rows_read: int
    reading: bool = Field(description="whether more rows of the file are still to be read")
    read_again_by: datetime | None = Field(description="its reading was interrupted, and begins again by then")
    rows_settled: int
    outcomes: dict[str, int]
    problem: str | None
    problem_code: str | None
    at_work_since: datetime | None = Field(description="since when this round of it is at work; null if not known")
    settled_at: datetime | None = Field(None, description="when some of this round were last settled; null if none is")
    settled_before: int = Field(description="rows (while it is undone: leads) that were settled before this round")
    warnings: list[Warning]
    columns: ReadColumns | None = None
    correction: CorrectionDetails | None = Field(None, description="the last error workbook that came back")
    corrections: list[CorrectionDetails] = Field(description="all that came back, in their order")
    question: Question | None = Field(None, description="what is asked before the list is read; see Answer")
    cancelled_at: datetime | None
    cancelled_by: Uploader | None = None
    stopped_after: int | None = Field(description="it was stopped before the file was read below this row")
    may_resume: bool = Field(description="whether the actor may bring in what it has left since it was stopped")
    resumed_at: datetime | None = Field(description="when somebody last did so")
    resumed_by: Uploader | None = None
    committed_at: datetime | None = Field(description="when its plan was committed")
    committed_by: Uploader | None = None
    may_cancel: bool
    keeps_plan: bool = Field(description="whether it is a plan again when it is stopped: it was one before")
    may_retry: bool
    is_draft: bool = Field(description="whether the outcomes are those of a plan: nothing of it holds yet")
    moved: int = Field(description="rows that became something else than the plan had said, since the data had moved")
    decided: int = Field(description="conflicts of a plan that somebody has decided; see Choice to take that back")
    may_commit: bool
    may_answer: bool = Field(description="whether the actor may answer what is asked")
    may_correct: bool = Field(
        description="whether the actor may decide conflicts and bring corrected rows in, where there are any"
    )
    may_undo: bool
    errors_by_job: bool = Field(description="whether its error workbook takes a worker: POST /lists/{id}/errors")
    undoing: UndoingDetails | None


class ChangeDetails(Shape):
    """A field that a row changed, in words. In a conflict, `before` is what the screen has, `after` what the file has,
    `exported` what had been exported; `besides`: no conflict of this field, it is written whatever is chosen."""

    field: str
    label: str
    before: str
    after: str
    exported: str | None = None
    besides: bool = False


class DecisionDetails(Shape):
    """Whose values hold where file and screen had changed, screen's or file's, and who said so."""

    take: str
    by: Uploader


class KeptDetails(Shape):
    """Who worked on the row's lead last before the list was taken back, and when. `at` is null where nobody did, but a
    fault of the system left the lead as it is. `by`: id 0 where it was no person. `other_list`: nobody did, but that
    list, which `by` registered, has the lead in it, too."""

    at: datetime | None
    by: Uploader
    other_list: Id | None = None


class RowDetails(Shape):
    """`cells`: the texts of the row by field, as the file has them. `kept`: why an undoing left the row's lead."""

    row: int
    outcome: str
    lead_id: Id | None
    reasons: list[dict[str, str]]
    match: dict[str, str] | None
    cells: dict[str, str]
    changes: list[ChangeDetails] = Field(default_factory=list)
    kept: KeptDetails | None = None
    decided: DecisionDetails | None = Field(default=None, description="of a row that was a conflict")
    planned: str | None = Field(
        default=None, description="the outcome that the plan had said, where the row became another"
    )


class ListPage(Page[ListDetails]):
    pass


class RowPage(Page[RowDetails]):
    pass
