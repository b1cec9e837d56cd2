"""Shared strings: the texts that cells name by number. They are read only as far as cells ask for them.

They are kept as they go out: as JSON has them between its quotes. The first ones stay in memory; a list's repeated
words are among them. The rest lies in a file, in small groups, of which those looked up last are held.
"""

import json
import os
import re
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from .markup import MOST_DEPTH, Damaged, TooMuch, blocks, decoded, parse, plain

KEPT = 200_000
GROUP = 64
GROUPS_HELD = 2_048
MOST = 16_000_000
LONGEST = 1 << 20  # bytes of one string; a cell takes 32,767 characters


def quoted(text: str) -> bytes:
    """A text as JSON has it between quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def unquoted(text: bytes) -> str:
    return str(json.loads(b'"%b"' % text)) if b"\\" in text else text.decode()


class Strings:
    """`kept[number]` of the first KEPT; `later(number)` of any that is not in it (yet). Raises Damaged where there is
    none."""

    def __init__(self, part: IO[bytes] | None) -> None:
        self.kept: list[bytes] = []
        self._incoming = _texts(part) if part is not None else iter(())
        self._file: IO[bytes] | None = None
        self._starts = array("Q", [0])
        self._count = 0
        self._open_group: list[bytes] = []  # not in the file yet
        self._group = lru_cache(GROUPS_HELD)(self._read_group)

    def later(self, number: int) -> bytes:
        while number >= self._count or number < 0:
            texts = next(self._incoming, None)
            if texts is None or number < 0:
                raise Damaged(f"shared string {number}")
            self._take(texts)
        if number < len(self.kept):
            return self.kept[number]
        group, place = divmod(number - KEPT, GROUP)
        if group == len(self._starts) - 1:
            return self._open_group[place]
        return self._group(group)[place]

    def _take(self, texts: list[bytes]) -> None:
        self._count += len(texts)
        room = KEPT - len(self.kept)
        if room > 0:
            self.kept += texts[:room]
            texts = texts[room:]
        if not texts:
            return
        if self._count > MOST:
            raise TooMuch
        waiting = self._open_group + texts
        whole = len(waiting) - len(waiting) % GROUP
        if self._file is None:
            import tempfile

            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  it lives as long as the process
        written = bytearray()
        for start in range(0, whole, GROUP):
            written += b"\0".join(waiting[start : start + GROUP])
            self._starts.append(self._starts[0] + self._size + len(written))
        self._file.write(written)
        self._open_group = waiting[whole:]

    @property
    def _size(self) -> int:
        assert self._file is not None
        return self._file.tell()

    def _read_group(self, group: int) -> list[bytes]:
        assert self._file is not None
        start, end = self._starts[group], self._starts[group + 1]
        return os.pread(self._file.fileno(), end - start, start).split(b"\0")


def _texts(part: IO[bytes]) -> Iterator[list[bytes]]:
    """The strings in order, some thousands at a time."""
    simple = shaped = None
    for cut, prefix in blocks(part, "si", LONGEST):
        count = cut.count(f"</{prefix}si>".encode())
        if not count:
            continue
        block = decoded(cut)
        if simple is None or shaped is None:
            text = rf'<{prefix}t(?:\s+xml:space="preserve")?>([^<]*)</{prefix}t>'
            reading = rf"(?:<{prefix}rPh\s[^<>]*><{prefix}t(?:\s[^<>]*)?>[^<]*</{prefix}t></{prefix}rPh>)*"
            simple = re.compile(rf"<{prefix}si>{text}</{prefix}si>")
            shaped = re.compile(rf"<{prefix}si>\s*{text}\s*{reading}(?:<{prefix}phoneticPr\s[^<>]*/>)?\s*")
        found = simple.findall(block)
        if len(found) != count:
            found = [_text(one, prefix, shaped) for one in block.split(f"</{prefix}si>")[:-1]]
        escaped = "&" in block or "_x" in block
        meant = [text if not escaped and text.isprintable() else plain(text) for text in found]
        yield json.dumps(meant, ensure_ascii=False)[2:-2].encode().split(b'", "')


def _text(item: str, prefix: str, shaped: re.Pattern[str]) -> str:
    """The text of one string, still escaped: without its reading (furigana), the runs of rich text joined."""
    start = item.find(f"<{prefix}si")
    if found := shaped.fullmatch(item, start):
        return found.group(1)
    if start < 0:
        raise Damaged("shared strings")
    return careful_text(item[start:] + f"</{prefix}si>")


def careful_text(xml: str) -> str:
    """The joined texts of an element that no pattern fits, escaped again."""
    texts: list[str] = []
    path: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if len(path) > MOST_DEPTH:
            raise Damaged("depth")

    def characters(text: str) -> None:
        if path[-1] == "t" and "rPh" not in path:
            texts.append(text)

    parse([xml], start, lambda _name: path.pop(), characters)
    return "".join(texts).replace("&", "&amp;")
