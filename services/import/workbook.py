"""What a workbook says about itself: its sheets in the order of their tabs, and the parts that reading one takes."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from . import refusal

CHUNK = 1 << 19  # bytes: the processor keeps them at hand while they are looked at
OVERLAP = 512
META_SHEET = "出力情報"  # what a workbook that was taken out says about itself; hidden
USUAL, ROOT = "xl/workbook.xml", "_rels/.rels"
MOST_BYTES = 16 << 20  # of workbook.xml and its relations
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
Parts = dict[str, zipfile.ZipInfo]


@dataclass(frozen=True)
class Sheet:
    """A worksheet. `part`: its name in the zip directory; "" for what stands for one in a text file."""

    name: str
    visible: bool
    part: str


@dataclass(frozen=True)
class Book:
    """`strings` and `styles`: parts that the sheets share, or None. `from_1904`: days are counted as on old Macs."""

    sheets: tuple[Sheet, ...]
    strings: str | None = None
    styles: str | None = None
    from_1904: bool = False

    @property
    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.visible]

    @property
    def readable(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.visible or sheet.name == META_SHEET]


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The chunks of one part, each looked at as it passes. Raises Refused for more than `most` bytes, for a DOCTYPE
    and for endless text."""
    tail, seen = b"", 0
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            seen += len(chunk)
            if seen > most:
                raise refusal.bomb("中身が大きすぎます。", "What it holds is too large.", info.filename)
            if len(chunk) == CHUNK and b"<" not in chunk:
                raise refusal.bomb("1つのセルの文字が長すぎます。", "One of its cells holds an endless text.")
            # A single sign is found ten times as fast as two.
            suspect = (b"!" in chunk and b"<!" in chunk) or b"<!" in tail + chunk[:OVERLAP]
            if suspect and DOCTYPE.search(tail + chunk):
                ja, en = (
                    "Excelが書くことのない記述（DOCTYPE）が入っています。",
                    "It holds what Excel never writes (DOCTYPE).",
                )
                raise refusal.bomb(ja, en)
            yield chunk
            tail = (tail + chunk[-OVERLAP:])[-OVERLAP:]


def by_name(archive: zipfile.ZipFile) -> Parts:
    """Parts by lower-case name with plain slashes, as some programs are careless about both."""
    return {plain_name(info.filename): info for info in archive.infolist()}


def plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def workbook_part(archive: zipfile.ZipFile, parts: Parts) -> str | None:
    """The name of the part that lists the sheets: nearly always the same, else where the package says. Raises
    Refused."""
    if USUAL in parts or ROOT not in parts:
        return USUAL if USUAL in parts else None
    for relation in _xml(archive, parts, ROOT):
        name = _target("", relation.get("Target", ""))
        if relation.get("Type", "").endswith("/officeDocument") and name.endswith(".xml") and name in parts:
            return name
    return None


def describe(archive: zipfile.ZipFile, parts: Parts) -> Book:
    """The workbook; namespaces are ignored, so that strict and prefixed ones read too. Raises Refused."""
    book = workbook_part(archive, parts) or USUAL
    folder, _, file = book.rpartition("/")
    targets: dict[str, str] = {}
    shared: dict[str, str] = {}
    for relation in _xml(archive, parts, f"{folder}/_rels/{file}.rels".lstrip("/")):
        kind = relation.get("Type", "").rpartition("/")[2]
        if info := parts.get(_target(folder, relation.get("Target", ""))):
            if kind == "worksheet":
                targets[relation.get("Id", "")] = info.filename
            shared.setdefault(kind, info.filename)
    sheets: list[Sheet] = []
    from_1904 = False
    root = _xml(archive, parts, book)
    if root.tag.rpartition("}")[2] != "workbook":
        raise refusal.not_a_workbook()
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true", "on")
        elif name == "sheet":
            key = next((value for name, value in element.items() if name.endswith("}id")), "")
            if part := targets.get(key):
                sheets.append(Sheet(element.get("name", ""), element.get("state", "visible") == "visible", part))
    if not sheets:
        raise refusal.not_a_workbook("シートがありません。", "It has no worksheet.")
    for kind in ("sharedStrings", "styles"):
        if kind not in shared and (info := parts.get(_target(folder, f"{kind}.xml"))):
            shared[kind] = info.filename
    return Book(tuple(sheets), shared.get("sharedStrings"), shared.get("styles"), from_1904)


def parts_of(path: Path, name: str) -> dict[str, Any]:
    """What the reading process is told about the sheet of this name. Raises Refused, BadZipFile and OSError."""
    with zipfile.ZipFile(path) as archive:
        parts = by_name(archive)
        book = describe(archive, parts)
    sheet = next((sheet for sheet in book.readable if sheet.name == name), None)  # the gate has not seen the others
    if sheet is None:
        raise refusal.damaged(name)
    folder, _, file = plain_name(sheet.part).rpartition("/")
    links = parts.get(f"{folder}/_rels/{file}.rels")
    return {
        "sheet": sheet.part,
        "strings": book.strings,
        "styles": book.styles,
        "links": links.filename if links else None,
        "from_1904": book.from_1904,
    }


def _target(folder: str, target: str) -> str:
    return plain_name(normpath(unquote(target if target.startswith("/") else f"{folder}/{target}")))


def _xml(archive: zipfile.ZipFile, parts: Parts, name: str) -> ElementTree.Element:
    info = parts.get(name)
    if info is None:
        raise refusal.damaged(name)
    content = b"".join(inflated(archive, info, MOST_BYTES))
    if b"\0" in content:  # UTF-16: nobody writes it, and the check for a DOCTYPE would not see through it
        raise refusal.damaged(name)
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise refusal.damaged(name) from error
