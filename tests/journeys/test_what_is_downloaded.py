"""What is downloaded is what was stored, byte for byte, by way of both doors: the original, its error workbook."""

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest

from tests.journeys.test_a_list_travels import campaign
from tests.running import Running
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("people", [1, 400])
def test_the_original_comes_back_as_it_was_sent(running: Running, tmp_path: Path, people: int) -> None:
    maki = running.by("maki")
    guests = [Someone(f"原本{number}", f"original{number}@genpon.example.jp") for number in range(people)]
    file = list_workbook(tmp_path / "原本.xlsx", guests)
    done = maki.bring_in(file, "invited", campaign(running, f"原本の会 {people}"))
    answer = maki.ask("GET", f"/lists/{done['id']}/file")
    assert (answer.status, answer.content) == (200, file.read_bytes())
    line = maki.get("/export-ledger")["items"][0]
    assert (line["act"], line["sha256"]) == ("downloaded", hashlib.sha256(file.read_bytes()).hexdigest())


def test_a_text_file_of_a_line_comes_back_too(running: Running, tmp_path: Path) -> None:
    maki, file = running.by("maki"), tmp_path / "一行.csv"
    file.write_bytes("姓,メールアドレス\n髙﨑,takasaki@genpon.example.jp\n".encode("cp932"))
    done = maki.bring_in(file, "invited", campaign(running, "一行の会"))
    assert maki.ask("GET", f"/lists/{done['id']}/file").content == file.read_bytes()


def test_the_error_workbook_comes_whole(running: Running, tmp_path: Path) -> None:
    maki = running.by("maki")
    wrong = [Someone("誤記", f"not an address {number}") for number in range(300)]
    done = maki.bring_in(list_workbook(tmp_path / "誤記.xlsx", wrong), "invited", campaign(running, "誤記の会"))
    content = maki.ask("GET", f"/lists/{done['id']}/errors.xlsx").content
    assert openpyxl.load_workbook(io.BytesIO(content))["リスト"].max_row == 301
    assert maki.get("/export-ledger")["items"][0]["sha256"] == hashlib.sha256(content).hexdigest()
