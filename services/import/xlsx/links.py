"""Hyperlinks: the mail address behind a cell that shows another word, such as メール."""

import re
from typing import IO
from urllib.parse import unquote

from .markup import CHUNK, parse, pieces

MOST = 100_000  # a sheet takes 65,530
MOST_BYTES = 32 << 20
_END = re.compile(rb"</(?:\w+:)?sheetData>")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\s([^<>]*)>")
_PLACE = re.compile(rb"\bref=[\"']([A-Z]{1,3})([0-9]{1,7})")
_ID = re.compile(rb"\bid=[\"']([^\"']{1,100})[\"']")


def addresses(relations: IO[bytes] | None, sheet: IO[bytes]) -> dict[tuple[int, int], str]:
    """(row, column from 0) → address, for every cell with a link to mailto:."""
    targets = _targets(relations) if relations is not None else {}
    found: dict[tuple[int, int], str] = {}
    if not targets:
        return found
    for link in _LINK.finditer(_below_the_cells(sheet)):
        place, key = _PLACE.search(link.group(1)), _ID.search(link.group(1))
        if place and key and (address := targets.get(key.group(1).decode(errors="replace"))):
            column = 0
            for letter in place.group(1):
                column = column * 26 + letter - 64
            found[int(place.group(2)), column - 1] = address
        if len(found) >= MOST:
            break
    return found


def _targets(relations: IO[bytes]) -> dict[str, str]:
    """Ids of links to mail addresses → the address."""
    found: dict[str, str] = {}

    def start(_name: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        if target[:7].lower() == "mailto:" and len(found) < MOST:
            found[attributes.get("Id", "")] = unquote(target[7:].partition("?")[0]).strip()[:254]

    parse(pieces(relations, MOST_BYTES), start, lambda _name: None)
    return found


def _below_the_cells(sheet: IO[bytes]) -> bytes:
    """What follows the rows of a sheet."""
    tail = b""
    while chunk := sheet.read(CHUNK):
        tail += chunk
        if end := _END.search(tail):
            return tail[end.end() :] + sheet.read(MOST_BYTES)
        tail = tail[-64:]
    return b""
