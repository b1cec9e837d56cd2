"""The gate: looks at an uploaded file without reading it, and refuses what no reader should be given.

Size, magic bytes, the zip directory, then the parts that will be read are inflated in small chunks within limits
(nothing is kept): no DOCTYPE, no endless text, no cell so far out that a reader's rectangle would fill the memory.
A bomb is refused by what its directory declares, before anything is inflated; a directory that lies is caught at the
declared size, where zipfile stops. Costs one inflate: 0.3 s per 100,000 rows.
"""

import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from typing import IO
from xml.etree import ElementTree

from . import delimited, refusal

MEBIBYTE = 1 << 20
CHUNK = MEBIBYTE
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
# A column of three letters is past 702: an accident (a solver's scratch cell) or an attack.
FAR_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s(?:[^<>]{0,200}\s)?r=[\"']([A-Za-z]{3,4}\d{1,8})")
FAR_HINT = re.compile(rb"r=[\"'][A-Za-z]{3}")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
OVERLAP = 512


@dataclass(frozen=True)
class Limits:
    """What a list file may be. Bytes are of the file, of one inflated part, and of all parts together."""

    file_bytes: int = 50 * MEBIBYTE
    part_bytes: int = 512 * MEBIBYTE
    total_bytes: int = 1024 * MEBIBYTE
    parts: int = 2_000
    ratio: int = 250  # how far a large part may inflate; a real sheet reaches 60
    ratio_from_bytes: int = 16 * MEBIBYTE
    small_part_bytes: int = 16 * MEBIBYTE  # workbook.xml, styles and the like
    columns: int = 256
    rows: int = 200_000


LIMITS = Limits()


@dataclass(frozen=True)
class Sheet:
    """A worksheet of a workbook, in the order of its tabs."""

    name: str
    visible: bool
    part: str


def inspect(file: IO[bytes], limits: Limits = LIMITS) -> Sheet:
    """The first visible sheet of the workbook in `file`, or what stands for one of a text file (CSV, TSV). Raises
    Refused for anything that is neither."""
    size = file.seek(0, 2)
    if size > limits.file_bytes:
        megabytes = limits.file_bytes // MEBIBYTE
        raise refusal.too_large(
            f"ファイルが大きすぎます（上限 {megabytes} MB）。分けて登録してください。",
            f"The file is too large (limit {megabytes} MB). Split it and register the parts.",
        )
    file.seek(0)
    if not _is_zip(file, size):
        return Sheet(delimited.recognise(file).name, True, "")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = _check_directory(archive, limits)
            sheet = first_visible(_sheets(archive, parts, limits))
            for name in ("xl/styles.xml", "xl/sharedStrings.xml", sheet.part):
                if part := parts.get(name.lower()):
                    _check_part(archive, part, limits)
            return sheet
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise refusal.damaged() from error


def first_visible(sheets: list[Sheet]) -> Sheet:
    for sheet in sheets:
        if sheet.visible:
            return sheet
    raise refusal.Refused(
        "no_sheet",
        "表示されているシートがありません。リストのシートを再表示して保存し直してください。",
        "The workbook has no visible sheet. Unhide the sheet with the list and save it again.",
    )


def _is_zip(file: IO[bytes], size: int) -> bool:
    """Whether it is a zip, as a workbook is, and not text. Raises Refused for anything else."""
    head = file.read(512)
    if head.startswith(OLE_MAGIC):
        raise refusal.encrypted() if _contains(file, "EncryptedPackage".encode("utf-16-le")) else refusal.old_xls()
    if head.startswith(ZIP_MAGIC):
        return True
    if size == 0:
        raise refusal.not_a_workbook("ファイルが空です。", "The file is empty.")
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise refusal.not_a_workbook(
            "中身はHTMLです。Excelで開いて .xlsx で保存し直してください。",
            "It holds HTML. Open it in Excel and save it as .xlsx.",
        )
    if b"\0" in head and not head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise refusal.not_a_workbook()
    return False


def _contains(file: IO[bytes], needle: bytes) -> bool:
    file.seek(0)
    tail = b""
    while chunk := file.read(CHUNK):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _check_directory(archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Parts by lower-case name, once the directory looks sane and declares nothing monstrous."""
    parts: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > limits.parts:
        raise refusal.bomb(f"{len(infos):,} 個の部品が入っています。", f"It holds {len(infos):,} parts.")
    total = 0
    for info in infos:
        name = info.filename.replace("\\", "/").lstrip("/").lower()
        if info.flag_bits & 1:
            raise refusal.encrypted()
        if name in parts:
            raise refusal.damaged(info.filename[:60])
        parts[name] = info
        total += info.file_size
        swollen = info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(
            info.compress_size, 1
        )
        if info.file_size > limits.part_bytes or total > limits.total_bytes or swollen:
            raise refusal.bomb(
                f"展開すると {max(total, info.file_size) // MEBIBYTE:,} MB 以上になります。",
                f"It would inflate to {max(total, info.file_size) // MEBIBYTE:,} MB or more.",
            )
    if "xl/workbook.xml" not in parts:
        raise refusal.not_a_workbook()
    return parts


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> None:
    """A part that the reader will read: within its limits, and whole; the reader is silent about a missing end."""
    last = b""
    for chunk in _inflate(archive, info, limits.part_bytes):
        last = (last + chunk)[-200:]
    if not last.rstrip().endswith((b"worksheet>", b"sst>", b"styleSheet>", b"/>", b"-->")):
        raise refusal.damaged(info.filename)


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The chunks of one part, each looked at as it passes."""
    tail, seen = b"", 0
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            seen += len(chunk)
            if seen > most:
                raise refusal.bomb(f"部品 {info.filename} が大きすぎます。", f"Its part {info.filename} is too large.")
            if len(chunk) == CHUNK and b"<" not in chunk:
                raise refusal.bomb("1つのセルの文字が長すぎます。", "One of its cells holds an endless text.")
            window = tail + chunk
            if DOCTYPE.search(window):
                raise refusal.bomb("DOCTYPE宣言が入っています。", "It holds a DOCTYPE declaration.")
            if FAR_HINT.search(window) and (far := FAR_CELL.search(window)):
                cell = far.group(1).decode("ascii")
                raise refusal.bomb(
                    f"離れた場所（セル {cell}）が使われています。"
                    "リストより右の列と下の行を削除して保存し直してください。",
                    f"A cell far out ({cell}) is used. Delete the columns and rows beyond the list and save it again.",
                )
            yield chunk
            tail = window[-OVERLAP:]


def _xml(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], name: str, limits: Limits) -> ElementTree.Element:
    info = parts.get(name)
    if info is None:
        raise refusal.damaged(name)
    content = b"".join(_inflate(archive, info, limits.small_part_bytes))
    if b"\0" in content:  # UTF-16: nobody writes it, and the checks above would not see through it
        raise refusal.damaged(name)
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise refusal.damaged(name) from error


def _sheets(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], limits: Limits) -> list[Sheet]:
    """The worksheets by the order of the tabs; namespaces are ignored, so strict and prefixed workbooks read too."""
    targets: dict[str, str] = {}
    for relation in _xml(archive, parts, "xl/_rels/workbook.xml.rels", limits):
        if relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            targets[relation.get("Id", "")] = normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    sheets: list[Sheet] = []
    for element in _xml(archive, parts, "xl/workbook.xml", limits).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((value for name, value in element.items() if name.endswith("}id")), "")
        if part := targets.get(key):
            sheets.append(Sheet(element.get("name", ""), element.get("state", "visible") == "visible", part))
    if not sheets:
        raise refusal.not_a_workbook("シートがありません。", "It has no worksheet.")
    return sheets
