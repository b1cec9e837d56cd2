"""What a sheet hides: rows, by a filter or by hand, and columns."""

import re

_YES = r"""\shidden=["'](?:1|true|on)["']"""
_HIDES = re.compile(_YES)
_COLUMNS = re.compile(rf"<(?:\w+:)?col(?=\s)(?=[^<>]*{_YES})([^<>]*)>")
_BOUND = {name: re.compile(rf"""\s{name}=["'](\d{{1,5}})["']""") for name in ("min", "max")}


def hides(attributes: str) -> bool:
    """Whether a row with these attributes is hidden."""
    return _HIDES.search(attributes) is not None


def hidden_columns(head: str, most: int) -> list[int]:
    """The hidden columns, from 0, among the first `most`. `head`: the sheet up to its first rows."""
    found: set[int] = set()
    for attributes in _COLUMNS.findall(head.partition("sheetData")[0]):
        first, last = (bound.search(attributes) for bound in _BOUND.values())
        if first and last:
            found.update(range(int(first[1]) - 1, min(int(last[1]), most)))
    return sorted(found)
