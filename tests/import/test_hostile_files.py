"""Whatever is sent as a list is read or refused: within 5 seconds and 300 MB, in words that help."""

import json
import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from . import hostile_packages
from .hostile import FILES as KNOWN
from .making import HEADER, module, parts, sheet_xml, zipped

spreadsheet, header, refusal = module("spreadsheet"), module("header"), module("refusal")
process = module("xlsx.process")
FILES = KNOWN | hostile_packages.FILES
SECONDS = 5  # of processor time: this machine may be busy
MEGABYTES = 300


def read(path: Path) -> dict[str, Any]:
    """How the file ends, for a person who registers it: code and words of the refusal, or the rows."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    said: dict[str, Any] = {"code": "", "rows": []}
    try:
        sheet = spreadsheet.look(path).visible[0].name
        _, below = header.find_header(spreadsheet.rows(path, sheet), sheet, "invited")
        said["rows"] = [[row, cells[:4]] for row, cells in below]
    except refusal.Refused as refused:
        said = {"code": refused.code, "ja": refused.ja, "en": refused.en, "rows": []}
    own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    said["seconds"] = time.process_time() - began + child.ru_utime + child.ru_stime
    said["grown"] = (own.ru_maxrss - before) // 1024
    return said


def read_apart(path: Path) -> dict[str, Any]:
    """The same in a process of its own, so that what it took can be told from what the others take."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            with os.fdopen(write_end, "w") as answer:
                json.dump(read(path), answer)
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        said: dict[str, Any] = json.load(answer)
    os.waitpid(child, 0)
    return said


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    make, expected = FILES[name]
    path = tmp_path / "list.xlsx"
    path.write_bytes(make())
    said = read_apart(path)
    if isinstance(expected, str):
        assert said["code"] == expected, said
        assert said["ja"].endswith("。") and said["en"].endswith(".")
    else:
        assert said["code"] == "" and len(said["rows"]) == expected, said
    assert said["seconds"] < SECONDS
    assert said["grown"] < 100


def test_the_reading_process_never_has_more_than_its_memory() -> None:
    assert process.MEMORY_BYTES <= MEGABYTES << 20


def test_a_workbook_of_long_blank_sheets_is_looked_at_in_time(tmp_path: Path) -> None:
    """Before somebody is asked which of them is the list."""
    path = tmp_path / "list.xlsx"
    blank = sheet_xml({}).replace(
        "</sheetData></worksheet>", "".join(f'<row r="{row}"/>' for row in range(1, 1_000_000))
    )
    sheets = {f"白紙{number}": blank + "</sheetData></worksheet>" for number in range(8)}
    listed = sheet_xml({1: HEADER, 9_999: HEADER})
    path.write_bytes(zipped(parts(sheets | {"名簿": listed})))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    (offer,) = module("offers").offers(path, "invited", {})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (offer.sheet, offer.row) == ("名簿", 1)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS


def test_all_sheets_of_a_workbook_are_looked_at_in_one_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Styles are read anew for each of them: they are dear here, and yet within what one sheet may take."""
    path = tmp_path / "list.xlsx"
    made = parts({f"名簿{number}": sheet_xml({1: HEADER, 2: HEADER}) for number in range(20)})
    path.write_bytes(zipped(made | {"xl/styles.xml": f"<styleSheet>{'<xf/>' * 900_000}</styleSheet>"}))
    offers = module("offers")
    monkeypatch.setattr(offers, "SECONDS", 0.5)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(refusal.Refused) as caught:
        offers.offers(path, "invited", {})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert caught.value.code == "bomb" and "時間" in caught.value.ja
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS
