"""What an attached file is, by its content. Its name must agree: nobody opens a program that calls itself a picture.

Only what people attach to a campaign is let in. Text is anything without control characters in an encoding that
Japanese offices use; what a browser would run (HTML, SVG, other markup) is refused wherever it stands.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

HEAD = 4_096  # bytes that tell a kind
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
ZIP_END, ZIP_END_REACH, MOST_DIRECTORY = b"PK\x05\x06", 66_000, 4 << 20
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# How a file begins → its type, and the endings that its name may have.
BEGINNINGS: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "application/pdf", ("pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", ("png",)),
    (b"\xff\xd8\xff", "image/jpeg", ("jpg", "jpeg")),
    (b"GIF87a", "image/gif", ("gif",)),
    (b"GIF89a", "image/gif", ("gif",)),
)
# What a zip holds → its type. Macros may be in a document of the old kinds too; the ending tells who opens it.
INSIDE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("word/document.xml", f"{OFFICE}wordprocessingml.document", ("docx",)),
    ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet", ("xlsx",)),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", ("xlsb",)),
    ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation", ("pptx",)),
)
OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
# A password turns a new document into an old container.
IN_OLE = (*OLD_OFFICE, "docx", "xlsx", "pptx")
TEXTS = ("txt", "csv", "tsv", "md", "ics")
SHOWN = "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, GIF, WebP, MP4, ZIP, TXT, CSV"


@dataclass(frozen=True)
class Kind:
    """`type` is what the file is served as; `endings` are what its name may end in."""

    type: str
    endings: tuple[str, ...]


def kind_of(file: IO[bytes]) -> Kind | None:
    """None for anything that may not be attached. The file is left at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        return _kind(file, head)
    finally:
        file.seek(0)


def _kind(file: IO[bytes], head: bytes) -> Kind | None:
    for beginning, kind, endings in BEGINNINGS:
        if head.startswith(beginning):
            return Kind(kind, endings)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind("image/webp", ("webp",))
    if head[4:8] == b"ftyp":
        return Kind("video/mp4", ("mp4", "m4v", "mov"))
    if head.startswith(OLE):
        return Kind("application/x-ole-storage", IN_OLE)
    if head.startswith(ZIP):
        return _in_zip(file)
    return Kind("text/plain", TEXTS) if _is_text(file) and not _is_markup(head) else None


def _in_zip(file: IO[bytes]) -> Kind | None:
    """By the names in its directory; nothing is unpacked. A directory of monstrous size is not read."""
    size = file.seek(0, 2)
    file.seek(max(size - ZIP_END_REACH, 0))
    tail = file.read()
    end = tail.rfind(ZIP_END)
    if end < 0 or int.from_bytes(tail[end + 12 : end + 16], "little") > MOST_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp")):
                    if kind == OPEN_DOCUMENT + name:
                        return Kind(kind, (ending,))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        return None
    return _by_names(names)


def _by_names(names: Iterable[str]) -> Kind:
    for name, kind, endings in INSIDE:
        if name in names:
            return Kind(kind, endings)
    return Kind("application/zip", ("zip",))


def _is_text(file: IO[bytes]) -> bool:
    """Readable as UTF-8 or CP932 (or UTF-16 with its mark), as far as its beginning tells; no control characters."""
    size = file.seek(0, 2)
    if size == 0:
        return False
    file.seek(0)
    sample = file.read(64 * 1024)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in set(sample)):
        return False
    for encoding in ("utf-8", "cp932"):
        for cut in range(4):  # the sample may end within a character
            try:
                sample[: len(sample) - cut].decode(encoding)
                return True
            except UnicodeDecodeError:
                continue
    return False


def _is_markup(head: bytes) -> bool:
    begun = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip().lower()
    begun = begun.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    marks = (b"<html", b"<svg", b"<script", b"<body", b"<head", b"<iframe", b"<img")
    return begun.startswith((b"<!", b"<?xml", b"<?php", b"#!", *marks)) or any(mark in begun for mark in marks[:3])
