"""What a workbook says about itself: its sheets in the order of their tabs, and the parts that reading one takes."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

from . import refusal
from .xlsx.markup import Damaged, parse

CHUNK = 1 << 19  # bytes: the processor keeps them at hand while they are looked at
OVERLAP = 512
META_SHEET = "出力情報"  # what a workbook that was taken out says about itself; hidden
USUAL, ROOT = "xl/workbook.xml", "_rels/.rels"
# Of workbook.xml and its relations. Names that were copied along with sheets for years may be tens of thousands.
MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 16 << 20, 200_000, 100
MOST_SHEETS, MOST_RELATIONS = 1_000, 5_000
NO_WORKBOOK = (  # what a file may raise that is none, or no longer
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(LookupError, ValueError, OverflowError),  # encodings that nobody knows; numbers that cannot be
)
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
Parts = dict[str, zipfile.ZipInfo]
Element = tuple[str, dict[str, str]]  # its name without a prefix, its attributes as they are written


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
    for relation in _relations(archive, parts, ROOT):
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
    for relation in _relations(archive, parts, f"{folder}/_rels/{file}.rels".lstrip("/")):
        kind = relation.get("Type", "").rpartition("/")[2]
        if info := parts.get(_target(folder, relation.get("Target", ""))):
            if kind == "worksheet":
                targets[relation.get("Id", "")] = info.filename
            shared.setdefault(kind, info.filename)
    sheets: list[Sheet] = []
    from_1904 = False
    root, *elements = _elements(archive, parts, book, {"workbookPr": MOST_SHEETS, "sheet": MOST_SHEETS})
    if root[0] != "workbook":
        raise refusal.not_a_workbook()
    for name, attributes in elements:
        if name == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true", "on")
            continue
        key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        if part := targets.get(key):
            sheets.append(Sheet(attributes.get("name", ""), attributes.get("state", "visible") == "visible", part))
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


def _relations(archive: zipfile.ZipFile, parts: Parts, name: str) -> list[dict[str, str]]:
    found = _elements(archive, parts, name, {"Relationship": MOST_RELATIONS})
    return [attributes for element, attributes in found if element == "Relationship"]


def _elements(archive: zipfile.ZipFile, parts: Parts, name: str, wanted: dict[str, int]) -> list[Element]:
    """The root of a part, and its elements with a wanted name, of which there are no more than so many. Raises
    Refused."""
    info = parts.get(name)
    if info is None:
        raise refusal.damaged(name)
    found: list[Element] = []
    counts = dict.fromkeys(wanted, 0)
    seen = depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal seen, depth
        seen += 1
        depth += 1
        if seen > MOST_ELEMENTS or depth > MOST_DEPTH:
            raise _too_much_beside(f"{seen:,} elements, {depth} deep in {name}")
        tag = tag.rpartition(":")[2]
        if tag in wanted:
            counts[tag] += 1
            if counts[tag] > wanted[tag]:
                raise _too_many_sheets() if tag == "sheet" else _too_much_beside(f"{tag} in {name}")
        if tag in wanted or not found:
            found.append((tag, attributes))

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    try:
        parse(_without_nul(inflated(archive, info, MOST_BYTES), name), start, end)
    except Damaged as error:
        raise refusal.damaged(f"{name}: {error}") from error
    return found


def _without_nul(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    for chunk in chunks:
        if b"\0" in chunk:  # UTF-16: nobody writes it, and the check for a DOCTYPE would not see through it
            raise refusal.damaged(name)
        yield chunk


def _too_many_sheets() -> refusal.Refused:
    return refusal.bomb(
        f"シートが多すぎます（上限 {MOST_SHEETS:,} 枚）。", f"It has too many sheets (limit {MOST_SHEETS:,})."
    )


def _too_much_beside(detail: str) -> refusal.Refused:
    return refusal.bomb(
        "名前の定義など、リスト以外のものが多すぎます。",
        "It holds too much beside the list, such as defined names.",
        detail,
    )
