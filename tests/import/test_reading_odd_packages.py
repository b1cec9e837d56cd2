"""Packages as less usual programs and services build them: the same list reads the same."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from .making import HEADER, MAIN, module, parts, zipped

spreadsheet, header, refusal = module("spreadsheet"), module("header"), module("refusal")
SHEET, RELATED = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
PERSON = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]
CELL, ROW = '<c r="{place}" t="s"><v>{text}</v></c>', '<row r="{row}">{cells}</row>'
Made = dict[str, str]


def made(cell: str = CELL, row: str = ROW, head: str = "") -> Made:
    """A workbook of the header and one person with shared strings, its cells and rows written like this."""
    texts = [*HEADER[:4], *PERSON]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rows = ""
    for number in (1, 2):
        places = [(f"{letter}{number}", 4 * number - 4 + at) for at, letter in enumerate("ABCD")]
        cells = "".join(cell.format(place=place, text=text, said=texts[text]) for place, text in places)
        rows += row.format(row=number, cells=cells)
    sheet = f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData></worksheet>'
    return parts({"リスト": sheet}, shared_strings=f'<sst xmlns="{MAIN}">{strings}</sst>')


def changed(book: Made, change: Callable[[str], str]) -> Made:
    return {name: change(part) for name, part in book.items()}


def renamed(book: Made, **names: str) -> Made:
    """`names`: the part that is meant → where it stands instead; what is said of it follows."""
    for old, new in ((f"xl/{each}.xml", name) for each, name in names.items()):
        folder, _, file = new.rpartition("/")
        book[new] = book.pop(old)
        book[f"{folder}/_rels/{file}.rels".lstrip("/")] = book.pop(RELATED).replace('Target="', 'Target="/xl/')
        book["_rels/.rels"] = book["_rels/.rels"].replace(old, f"/{new}")
    return book


def prefixed(part: str) -> str:
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", part).replace(' xmlns="', ' xmlns:x="')


def moved(book: Made, old: str, new: str, target: str) -> Made:
    book[new] = book.pop(old)
    book[RELATED] = book[RELATED].replace(old.removeprefix("xl/"), target)
    return book


BOOKS: Mapping[str, Callable[[], Made]] = {
    "the workbook under another name": lambda: renamed(made(), workbook="xl/workbook2.xml"),
    "the workbook without a folder": lambda: renamed(made(), workbook="workbook.xml"),
    "a sheet named in Japanese": lambda: moved(made(), SHEET, "xl/worksheets/名簿 1.xml", "worksheets/%E5%90%8D%E7%B0%BF%201.xml"),  # noqa: E501
    "a target with a dot": lambda: moved(made(), SHEET, SHEET, "./worksheets/sheet1.xml"),
    "absolute targets for all": lambda: made() | {RELATED: made()[RELATED].replace('Target="', 'Target="/xl/')},
    "names in capitals": lambda: {name.replace("sharedS", "SharedS").replace("sheet1", "Sheet1"): part for name, part in made().items()},  # noqa: E501
    "shared strings that no relation names": lambda: made() | {RELATED: re.sub('<Relationship Id="rIdS"[^>]*/>', "", made()[RELATED])},  # noqa: E501
    "backslashes": lambda: {name.replace("/", "\\"): part for name, part in made().items()},
    "a mark of the byte order": lambda: changed(made(), lambda part: f'\ufeff<?xml version="1.0"?>{part}'),
    "printed for the eye": lambda: changed(made(), lambda part: re.sub("(?<=>)(?=<)", "\r\n\t", part)),
    "single quotes": lambda: changed(made(), lambda part: part.replace('"', "'")),
    "every part with prefixes": lambda: changed(made(), prefixed),
    "remarks": lambda: made(row='<!-- row --><row r="{row}"><!-- cells -->{cells}</row>'),
    "rows without numbers": lambda: made(row="<row>{cells}</row>"),
    "texts of no formula": lambda: made('<c r="{place}" t="str"><v>{said}</v></c>'),
    "more about cells": lambda: made('<c r="{place}" s="0" t="s" cm="1" vm="2"><v>{text}</v></c>'),
    "extensions in cells": lambda: made('<c r="{place}" t="s"><v>{text}</v><extLst><ext uri="x"/></extLst></c>'),
    "kinds before places": lambda: made('<c t="s" r="{place}"><v xml:space="preserve">{text}</v></c>'),
    "styles for whole columns": lambda: made(head='<sheetFormatPr defaultRowHeight="15" customHeight="1"/><cols><col min="1" max="16384" style="1"/></cols>'),  # noqa: E501
}  # fmt: skip


def read(content: bytes, folder: Path) -> list[list[str]]:
    """What is read below the header."""
    path = folder / "list.xlsx"
    path.write_bytes(content)
    rows = spreadsheet.rows(path, spreadsheet.look(path).visible[0].name)
    return [cells for _, cells in header.find_header(rows, "リスト", "invited")[1]]


@pytest.mark.parametrize("name", BOOKS)
def test_a_list_reads_the_same_however_it_is_packed(name: str, tmp_path: Path) -> None:
    assert read(zipped(BOOKS[name]()), tmp_path) == [PERSON]


def test_a_zip_written_as_a_stream_with_room_for_more_than_4_gigabytes_is_read(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        """Nobody can go back in it: sizes stand behind the parts."""

        written = b""

        def writable(self) -> bool:
            return True

        def write(self, more: object) -> int:
            self.written += bytes(more)  # type: ignore[call-overload]  # bytes, as zipfile writes them
            return len(bytes(more))  # type: ignore[call-overload]  # the same

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/", "")  # a folder of its own
        for name, part in made().items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
                target.write(part.encode())
    assert read(stream.written, tmp_path) == [PERSON]


def test_a_document_of_another_office_program_is_no_workbook(tmp_path: Path) -> None:
    text = {"word/document.xml": "<document/>", "word/_rels/document.xml.rels": "<Relationships/>"}
    root = {"_rels/.rels": made()["_rels/.rels"].replace("xl/workbook.xml", "word/document.xml")}
    with pytest.raises(refusal.Refused) as caught:
        read(zipped(text | root), tmp_path)
    assert caught.value.code == "not_a_workbook" and "「名前を付けて保存」" in caught.value.ja
