"""The gate: looks at an uploaded file without reading it, and refuses what no reader should be given.

Size, magic bytes, the zip directory, then the parts that will be read are inflated in small chunks within limits
(nothing is kept): no DOCTYPE, no endless text, no missing end. A bomb is refused by what its directory declares, before
anything is inflated; a directory that lies is caught at the declared size, where zipfile stops. Costs one inflate:
0.2 s per 100,000 rows.
"""

import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from typing import IO

from . import delimited, refusal
from .workbook import CHUNK, NO_WORKBOOK, Book, Parts, Sheet, by_name, describe, inflated, plain_name, workbook_part

MEBIBYTE = 1 << 20
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_ROW = 1_048_576  # of any sheet
DIRECTORY_ENTRY = 512  # bytes; Excel's have 70 to 120
ROW = re.compile(rb'<row\s[^<>]{0,100}?\br="(\d{1,9})"')
ZIP_MAGIC = b"PK\x03\x04"
# Web pages, mails of them and XML, which other systems call .xls.
BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# What only a file of another program has: part → the name of its format.
FOREIGN_PARTS = {"xl/workbook.bin": "xlsb", "index/document.iwa": "numbers", "index.zip": "numbers"}
# Texts in which spreadsheet programs hand a sheet to one another; a list with semicolons may begin with ID;P too.
EXCHANGED = {
    "dif": re.compile(rb'TABLE\r?\n0,1\r?\n"'),
    "sylk": re.compile(rb"ID;P[^;\r\n]*(?:;[A-Z])*\r?\n[A-Z]{1,2};[A-Z]"),
}
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-z]|mime-version:)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """What a list file may be. Bytes are of the file, of one inflated part, and of all parts together."""

    file_bytes: int = 200 * MEBIBYTE
    part_bytes: int = 2048 * MEBIBYTE
    total_bytes: int = 3072 * MEBIBYTE
    parts: int = 2_000
    ratio: int = 250  # how far a large part may inflate; a real sheet reaches 60
    ratio_from_bytes: int = 64 * MEBIBYTE  # the reader has its own limits, and goes through as much in seconds
    columns: int = 256
    rows: int = 1_048_575  # as many as a sheet has below its header
    seconds: int | None = None  # of the processor, for reading a sheet; None: as its size needs (xlsx/process.py)


LIMITS = Limits()


class _Sparing:
    """The file, of which nobody gets more than so much at a time. Of a zip directory all entries are made at once,
    however many its end says that there are: one larger than the parts of any workbook need is not read."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file, self._most = file, max(limits.parts * DIRECTORY_ENTRY, CHUNK)

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise _too_many_parts(f"directory of {size:,} bytes")
        return self._file.read(size)


@dataclass(frozen=True)
class Seen:
    """What the gate saw: the sheets in the order of their tabs, of which at least one is visible (for a text file one
    that stands for it), and how many bytes reading will go through."""

    sheets: tuple[Sheet, ...]
    bytes: int

    @property
    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.visible]


def inspect(file: IO[bytes], limits: Limits = LIMITS, again: bool = False) -> Seen:
    """Lets a workbook or a text file (CSV, TSV) pass. Raises Refused for anything that is neither. `again`: it passed
    when it was uploaded, and its parts are not inflated once more."""
    size = file.seek(0, 2)
    if size > limits.file_bytes:
        megabytes = limits.file_bytes // MEBIBYTE
        raise refusal.too_large(
            f"ファイルが大きすぎます（上限 {megabytes} MB）。分けて登録してください。",
            f"The file is too large (limit {megabytes} MB). Split it and register the parts.",
        )
    file.seek(0)
    if not _is_zip(file, size):
        return Seen((Sheet(delimited.recognise(file).name, True, ""),), size)
    file.seek(0)
    try:
        with zipfile.ZipFile(_Sparing(file, limits)) as archive:
            parts = _check_directory(archive, limits)
            book = describe(archive, parts)
            if not book.visible:
                raise refusal.no_visible_sheet()
            read = [parts[name] for name in _read_parts(book) if name in parts]
            for part in () if again else read:
                _check_part(archive, part, limits)
            return Seen(book.sheets, sum(part.file_size for part in read))
    except (*NO_WORKBOOK, OSError) as error:
        raise refusal.damaged() from error


def _read_parts(book: Book) -> list[str]:
    names = [book.styles, book.strings, *(sheet.part for sheet in book.readable)]
    return [*dict.fromkeys(plain_name(name) for name in names if name)]  # sheets may have one in common


def _is_zip(file: IO[bytes], size: int) -> bool:
    """Whether it is a zip, as a workbook is, and not text. Raises Refused for anything else."""
    head = file.read(512)
    if head.startswith(OLE_MAGIC):
        raise refusal.encrypted() if _contains(file, "EncryptedPackage".encode("utf-16-le")) else refusal.old_xls()
    if head.startswith(ZIP_MAGIC):
        return True
    if size == 0:
        raise refusal.not_a_workbook("ファイルが空です。", "The file is empty.")
    for name, begins in EXCHANGED.items():
        if begins.match(head):
            raise refusal.other_format(name)
    if MARKUP.match(head):
        if b"<office:document" in head:
            raise refusal.other_format("ods")
        raise refusal.not_a_workbook(
            "中身はHTMLかXMLです。Excelで開いて .xlsx で保存し直してください。",
            "It holds HTML or XML. Open it in Excel and save it as .xlsx.",
        )
    if head.startswith(b"%PDF-"):
        raise refusal.other_format("pdf")
    if b"\0" in head and BINARY.search(head) and not head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
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


def _check_directory(archive: zipfile.ZipFile, limits: Limits) -> Parts:
    """Parts by lower-case name, once the directory looks sane and declares nothing monstrous."""
    infos = archive.infolist()
    if len(infos) > limits.parts:
        raise _too_many_parts(f"{len(infos):,} parts")
    total = 0
    for info in infos:
        if info.flag_bits & 1:
            raise refusal.encrypted()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal.damaged(f"{info.filename} is compressed by method {info.compress_type}")
        total += info.file_size
        swollen = info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(
            info.compress_size, 1
        )
        if info.file_size > limits.part_bytes or total > limits.total_bytes or swollen:
            raise refusal.bomb(
                f"開くと {max(total, info.file_size) // MEBIBYTE:,} MB 以上になります。",
                f"It would unpack to {max(total, info.file_size) // MEBIBYTE:,} MB or more.",
            )
    parts = by_name(archive)
    if len(parts) < len(infos):
        raise refusal.damaged()
    if workbook_part(archive, parts) is None:
        raise _foreign(archive, parts)
    return parts


def _too_many_parts(detail: str) -> refusal.Refused:
    ja, en = "画像など、リスト以外のものが多すぎます。", "It holds too much beside the list, such as pictures."
    return refusal.bomb(ja, en, detail)


def _foreign(archive: zipfile.ZipFile, parts: Parts) -> refusal.Refused:
    """A zip that is no workbook of Excel: whose it is, where that can be told."""
    for part, name in FOREIGN_PARTS.items():
        if part in parts:
            return refusal.other_format(name)
    if (kind := parts.get("mimetype")) and kind.file_size < 200 and b"opendocument.spreadsheet" in archive.read(kind):
        return refusal.other_format("ods")
    return refusal.not_a_workbook()


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> None:
    """A part that the reader will read: within its limits, and whole."""
    last, rows = b"", 0
    for chunk in inflated(archive, info, limits.part_bytes):
        last = (last + chunk[-200:])[-200:]
        at = max(chunk.rfind(b"<row "), 0)
        if numbered := ROW.match(chunk, at):  # saves counting those before it
            rows = int(numbered[1]) + chunk.count(b"<row>", at)
        else:
            rows += chunk.count(b"<row ") + chunk.count(b"<row>")
        if rows > LAST_ROW:
            raise refusal.too_many_rows(limits.rows)
    if not last.rstrip().endswith((b"worksheet>", b"sst>", b"styleSheet>", b"/>", b"-->")):
        raise refusal.damaged(info.filename)
