"""A long file is read in portions: its first rows are on their way while the rest is read. What is read later ends up
in the same list, and a file that turns out to be broken leaves nothing, whatever was in by then."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.consumers import Permanent
from contracts import events
from tests.cast import MAKI, MANA
from tests.parts import Part

from .making import HEADER, module, people, workbook
from .registering import details, settle, upload

ROWS = 40


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 rows, then 8, 24, and the rest; batches of two."""
    reading = module("commands.reading")
    sizes = {"BATCH_ROWS": 2, "FIRST_ROWS": 4, "FIRST_ROWS_TOGETHER": 4, "GROWTH": 2, "MOST_ROWS": 24}
    for name, value in sizes.items():
        monkeypatch.setattr(reading, name, value)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A list whose sheet names a text that is not there, far below the rows that are looked at first. Read in two
    portions, of 4 rows and of the rest."""
    monkeypatch.setattr(module("commands.reading"), "GROWTH", 1_000)
    monkeypatch.setattr(module("commands.reading"), "MOST_ROWS", 1_000)
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(people(700))) as whole, zipfile.ZipFile(written, "w") as copy:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part, count = re.subn(rb'(<c r="A650")[^>]*>.*?</c>', rb'\1 t="s"><v>99999</v></c>', part)
                assert count == 1
            copy.writestr(name, part)
    return written.getvalue()


def read_next(service: Part) -> events.ListUploaded:
    """The portion that was announced last is read."""
    announced = service.said(events.ListUploaded)[-1]
    assert service.hear(announced) == "done", service.why_set_aside()
    return announced


def on(service: Part, outcome: str = "created") -> None:
    """Everything that is on its way comes to its end: batches are checked, and settled by lead."""
    checked = answered = 0
    while checked < len(service.said(events.BatchCut)) or answered < len(service.said(events.RowsPrepared)):
        for cut in service.said(events.BatchCut)[checked:]:
            service.hear(cut)
            checked += 1
        for prepared in service.said(events.RowsPrepared)[answered:]:
            told = tuple(events.RowOutcome(row=row, outcome=outcome, lead_id=row) for row in prepared.rows)
            service.hear(
                events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, outcomes=told, plan=prepared.plan)
            )
            answered += 1


@pytest.mark.parametrize("at_once", [True, False])
def test_all_rows_go_in_whether_the_first_are_through_before_the_rest_is_read(importing: Part, at_once: bool) -> None:
    list_id = upload(importing, people(ROWS)).get_json()["id"]
    read: list[tuple[int, int, bool]] = []
    for _ in range(4):
        after = read_next(importing).after
        state = details(importing, list_id)
        read.append((after, state["rows_read"], state["reading"]))
        assert state["status"] == "committing"
        if at_once:
            on(importing)
            assert details(importing, list_id)["rows_settled"] == state["rows_read"]
    assert read == [(0, 4, True), (5, 12, True), (13, 36, True), (37, 40, False)]
    on(importing)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["rows_read"]) == ("finished", ROWS, ROWS)
    assert [cut.batch for cut in importing.said(events.BatchCut)] == list(range(ROWS // 2))
    rows = [row for prepared in importing.said(events.RowsPrepared) for row in prepared.rows]
    assert sorted(rows) == list(range(2, ROWS + 2))
    assert len(importing.said(events.ListFinished)) == 1


def test_a_portion_that_is_announced_twice_is_read_once(importing: Part) -> None:
    list_id = upload(importing, people(ROWS)).get_json()["id"]
    for _ in range(4):
        again = read_next(importing)
        assert importing.hear(again.model_copy()) == "done"
    assert details(importing, list_id)["rows_read"] == ROWS
    on(importing)
    assert details(importing, list_id)["outcomes"]["created"] == ROWS


def test_a_file_that_ends_with_a_portion_has_no_further_one(importing: Part) -> None:
    list_id = upload(importing, people(12)).get_json()["id"]
    read_next(importing)
    read_next(importing)
    assert len(importing.said(events.ListUploaded)) == 2
    assert details(importing, list_id)["reading"] is False


def test_text_is_read_in_portions_too(importing: Part) -> None:
    lines = ["姓,メールアドレス", *(f"山田{n},taro{n}@example.jp" for n in range(20))]
    file = (io.BytesIO("\n".join(lines).encode()), "名簿.csv")
    list_id = upload(importing, b"", file=file).get_json()["id"]
    for _ in range(3):
        read_next(importing)
    on(importing)
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["outcomes"]["created"]) == ("finished", 20, 20)


def test_a_list_that_is_stopped_is_read_no_further(importing: Part) -> None:
    list_id = upload(importing, people(ROWS)).get_json()["id"]
    read_next(importing)
    first = importing.said(events.BatchCut)[0]
    importing.hear(first)
    settle(importing, importing.said(events.RowsPrepared)[0])
    assert importing.by(MANA).post(f"/lists/{list_id}/cancellation").status_code == 202
    on(importing)
    assert details(importing, list_id)["status"] == "committing"  # a reader is on it
    read_next(importing)
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["reading"]) == ("finished", 4, False)
    assert (state["outcomes"]["created"], state["outcomes"]["cancelled"]) == (2, 2)
    assert len(importing.said(events.ListUploaded)) == 2


def gone(service: Part, list_id: str) -> None:
    """Nothing of the list is left but why it failed."""
    state = details(service, list_id)
    assert (state["status"], state["problem_code"], state["rows_read"], state["rows_settled"]) == (
        "failed", "damaged", 0, 0,
    )  # fmt: skip
    assert (state["may_retry"], state["may_cancel"], state["undoing"]) == (False, False, None)
    assert service.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["total"] == 0
    (finished,) = service.said(events.ListFinished)
    assert (finished.status, sum(finished.outcomes.values())) == ("failed", 0)
    assert upload(service, people(ROWS)).status_code == 202


def taken_back(service: Part, list_id: str, *kept: int) -> None:
    """What lead says when it has undone four leads, but for those that somebody changed since."""
    stayed = tuple(
        events.KeptLead(lead_id=lead_id, changed_at=datetime(2026, 11, 20, tzinfo=UTC), changed_by=MANA.id)
        for lead_id in kept
    )
    done = events.UndoingSettled(list_id=int(list_id), part=0, leads=4, undone=4 - len(kept), kept=stayed)
    assert service.hear(done) == "done", service.why_set_aside()


@pytest.mark.parametrize("through", [True, False])
def test_rows_before_a_broken_place_are_taken_back(importing: Part, broken: bytes, through: bool) -> None:
    list_id = upload(importing, broken).get_json()["id"]
    read_next(importing)
    if through:
        on(importing)
    read_next(importing)
    on(importing)
    state = details(importing, list_id)
    if not through:  # they had not left for lead yet
        assert importing.said(events.ListUndoing) == []
        gone(importing, list_id)
        return
    assert (state["status"], state["problem_code"], state["may_cancel"]) == ("undoing", "damaged", False)
    (undoing,) = importing.said(events.ListUndoing)
    assert str(undoing.list_id) == list_id and importing.said(events.ListFinished) == []
    taken_back(importing, list_id)
    gone(importing, list_id)


def test_who_was_changed_meanwhile_is_kept_and_told(importing: Part, broken: bytes) -> None:
    list_id = upload(importing, broken).get_json()["id"]
    read_next(importing)
    on(importing)
    read_next(importing)
    taken_back(importing, list_id, 3)
    state = details(importing, list_id)
    assert (state["status"], state["problem_code"], state["rows_read"]) == ("failed", "damaged", 4)
    assert (state["undoing"]["undone"], state["undoing"]["kept"]) == (3, 1)
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows?kept=true").get_json()["items"]
    assert [(row["row"], row["kept"]["by"]["name"]) for row in rows] == [(3, MANA.name)]


def test_a_list_that_changed_nothing_keeps_nobody_for_other_lists(importing: Part, broken: bytes) -> None:
    list_id = upload(importing, broken).get_json()["id"]
    read_next(importing)
    on(importing, "unchanged")
    read_next(importing)
    assert details(importing, list_id)["status"] == "undoing"
    assert [str(undoing.list_id) for undoing in importing.said(events.ListUndoing)] == [list_id]
    taken_back(importing, list_id)
    gone(importing, list_id)


@pytest.mark.parametrize("form", [{"mode": "plan"}, {"kind": "update", "campaign_id": ""}])
def test_where_nothing_was_changed_nothing_is_taken_back(importing: Part, broken: bytes, form: dict[str, Any]) -> None:
    list_id = upload(importing, broken, **form).get_json()["id"]
    read_next(importing)
    on(importing, "created" if "mode" in form else "unchanged")
    read_next(importing)
    assert importing.said(events.ListUndoing) == []
    gone(importing, list_id)


def test_a_portion_that_fails_at_every_attempt_ends_the_list(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    list_id = upload(importing, people(ROWS)).get_json()["id"]
    read_next(importing)
    on(importing)
    monkeypatch.setattr(module("commands"), "read_list", fails)
    assert importing.hear(importing.said(events.ListUploaded)[-1]) == "parked"
    assert details(importing, list_id)["status"] == "undoing"
    taken_back(importing, list_id)
    state = details(importing, list_id)
    assert (state["status"], state["problem_code"]) == ("failed", "trouble")


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_rows_below_a_row_are_those_of_the_whole(tmp_path: Path, prefix: bytes) -> None:
    """Blank rows among them; the sheet is inflated in several pieces."""
    path = tmp_path / "長いリスト.xlsx"
    rows = {1: HEADER} | {n: [f"会社{n}", "姓" * 150] for n in range(2, 4_000) if n % 7}
    with zipfile.ZipFile(io.BytesIO(workbook(rows))) as whole, zipfile.ZipFile(path, "w") as copy:
        for name in whole.namelist():
            part = whole.read(name)
            if prefix and name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb"<(/?)(worksheet|sheetData|row|c|v|is|t)\b", rb"<\1x:\2", part)
                part = part.replace(b"xmlns=", b"xmlns:x=", 1)
            copy.writestr(name, part)
    spreadsheet = module("spreadsheet")
    everything = list(spreadsheet.rows(path, "リスト"))
    assert len(everything) > 3_000
    for after in (1, 2, 700, 1_234, 3_998, 3_999, 4_000):
        below = list(spreadsheet.rows(path, "リスト", after=after))
        assert below == [row for row in everything if row[0] > after]


@pytest.mark.parametrize("as_text", [False, True])
def test_a_value_without_a_header_is_told_however_late_it_comes(importing: Part, as_text: bool) -> None:
    """One value to the right of the header, one below a blank header, in portions of their own."""
    names = ["姓", "", "メールアドレス"]
    rows = {1: names} | {number: [f"山田{number}", "", f"taro{number}@example.jp"] for number in range(2, ROWS + 2)}
    rows[3] = [*rows[3], " "]  # blank
    rows[10] = [*rows[10], "", "重要"]
    rows[38] = ["山田", "課長", "taro@example.jp", "済", "済"]
    file = (io.BytesIO("\n".join(",".join(cells) for cells in rows.values()).encode()), "名簿.csv")
    sent = upload(importing, b"", file=file) if as_text else upload(importing, workbook(rows))
    list_id = sent.get_json()["id"]
    told = []
    for _ in range(4):
        read_next(importing)
        told.append([warning["columns"] for warning in details(importing, list_id)["warnings"]])
    assert told == [[], [["E"]], [["E"]], [["B", "D", "E"]]]
    (warning,) = details(importing, list_id)["warnings"]
    assert warning["message"].endswith("：B列（38行目から）、D列（38行目から）、E列（10行目から）")
    on(importing)
    assert details(importing, list_id)["outcomes"]["created"] == ROWS


def test_a_list_update_says_that_it_leaves_the_campaign_history(importing: Part) -> None:
    names = ["リードID", "版", "姓", "メンバー状況", "反応日", "アンケート"]
    rows = {1: names} | {number: [str(number), "1", f"山田{number}", "", "", ""] for number in range(2, ROWS + 2)}
    rows[38] = ["38", "1", "山田38", "参加", "", "満足"]
    list_id = upload(importing, workbook(rows), kind="update", campaign_id="").get_json()["id"]
    for _ in range(4):
        assert details(importing, list_id)["warnings"] == []
        read_next(importing)
    (warning,) = details(importing, list_id)["warnings"]
    assert warning["columns"] == ["メンバー状況", "アンケート"]
    assert "参加者リスト取込で登録してください" in warning["message"]
