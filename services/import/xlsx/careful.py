"""The cells of one row by an XML parser, for rows in which the faster ways of sheet.py do not find every cell."""

import re

from .formats import Shapes, columns_by_letters
from .markup import MOST_DEPTH, Damaged, TooMuch, parse

_PLACE = re.compile(r"([A-Za-z]{1,3})\d*")
LONGEST_TEXT = 1 << 20  # characters of a cell; it takes 32,767
Cell = tuple[str, str, str]  # letters of its column or "", shape, value with its escapes


def careful_cells(xml: str, shapes: Shapes) -> list[Cell]:
    """`xml`: the row. Texts are escaped again, as the pattern of sheet.py finds them. Raises Damaged."""
    found: list[Cell] = []
    cell: dict[str, str] = {}
    texts: list[str] = []
    length = 0
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal length
        path.append(name.rpartition(":")[2])
        if len(path) > MOST_DEPTH:
            raise Damaged("depth")
        if path[-1] == "c":
            texts.clear()
            length = 0
            cell.clear()
            cell.update(attributes)

    def end(_name: str) -> None:
        if path.pop() == "c":
            place = _PLACE.match(cell.get("r", ""))
            letters = place.group(1).upper() if place else ""
            if letters not in columns:
                raise Damaged(f"cell {letters}")
            value = "".join(texts).replace("&", "&amp;")
            found.append((letters, shapes.of(cell.get("s", ""), cell.get("t", "")), value))

    def characters(text: str) -> None:
        nonlocal length
        if path[-1] == "v" or (path[-1] == "t" and "rPh" not in path):
            texts.append(text)
            length += len(text)
            if length > LONGEST_TEXT:
                raise TooMuch

    columns = columns_by_letters()
    parse([xml], start, end, characters)
    return found
