"""XML as it stands in the parts of a workbook: blocks of whole elements, and text without its escapes."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any
from xml.parsers import expat

CHUNK = 256 * 1024  # bytes
MOST_DEPTH = 100  # of elements in a row or a string; Excel's are 5 deep
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]{0,30}):)?(?:worksheet|sst)[\s/>]")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w.-]{1,40})[\"']")


class Damaged(Exception):
    """The part is not what a workbook has there."""


class TooMuch(Exception):
    """Reading on would cost more than any list may."""


class TooManyRows(Exception):
    """The sheet goes on below the last row that one can have."""


def plain(text: str) -> str:
    """The text that was meant: entities and _xHHHH_ undone, line breaks as \\n, no control characters."""
    if "&" in text:
        escapes = text.count("&")
        text, undone = _ENTITY.subn(_entity, text)
        if undone != escapes:
            raise Damaged("an entity that nobody declared")
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: _character(int(found.group(1), 16), found.group()), text)
    if not text.isprintable():
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    return _character(int(decimal) if decimal else int(hexadecimal, 16), found.group())


def _character(code: int, otherwise: str) -> str:
    """The character; half of a surrogate pair stays as it was written, for nothing can store it."""
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else otherwise


def blocks(part: IO[bytes], tag: str, most: int) -> Iterator[tuple[bytes, str]]:
    """The part in pieces that end with a whole element `tag`, each with the prefix of the part's namespace ("x:" or
    ""); elements without content (`<row/>`) are written out. Last comes what follows the last of them. Raises Damaged,
    and TooMuch for an element of more than `most` bytes."""
    chunk = part.read(CHUNK)
    prefix = _prefix(chunk)
    end, ended = f"</{prefix}{tag}>".encode(), f"</{prefix}sheetData>".encode()
    closed = re.compile(f"<{prefix}{tag}((?:\\s[^<>]*)?)/>".encode())
    written = f"<{prefix}{tag}".encode() + rb"\1>" + end
    rest = b""
    while chunk and ended not in rest:
        rest += chunk
        if b"/>" in chunk or chunk.startswith(b">"):
            rest = closed.sub(written, rest)
        whole = rest.rfind(end) + len(end)
        if whole >= len(end):
            yield rest[:whole], prefix
            rest = rest[whole:]
        if len(rest) > most and ended not in rest:
            raise TooMuch
        chunk = part.read(CHUNK)
    yield rest, prefix


def _prefix(head: bytes) -> str:
    encoding = _ENCODING.search(head[:200])
    if encoding and encoding.group(1).lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise Damaged("encoding")
    root = _ROOT.search(head)
    if root is None:
        raise Damaged("root element")
    return root.group(1).decode() + ":" if root.group(1) else ""


def decoded(text: bytes) -> str:
    """Raises Damaged."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise Damaged("characters") from error


def pieces(part: IO[bytes], most: int = sys.maxsize) -> Iterator[bytes]:
    """The part, or its first so many bytes."""
    while most > 0 and (chunk := part.read(min(CHUNK, most))):
        most -= len(chunk)
        yield chunk


def parse(
    pieces: Iterable[bytes | str],
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any],
    characters: Callable[[str], Any] | None = None,
) -> None:
    """XML through a parser, a piece at a time. Raises Damaged for what is none, or says to be in an encoding that
    nobody knows."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _doctype  # the gate sees it in encodings that are like ASCII
    if characters:
        parser.CharacterDataHandler = characters
    try:
        for piece in pieces:
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Damaged(str(error)) from error


def _doctype(*_: object) -> None:
    raise Damaged("DOCTYPE")
