"""The cells of one row by an XML parser, for rows in which the faster ways of sheet.py do not find every cell."""

import re

from .formats import Shapes, columns_by_letters
from .markup import Damaged, parse

_PLACE = re.compile(r"([A-Za-z]{1,3})\d*")
Cell = tuple[str, str, str]  # letters of its column or "", shape, value with its escapes


def careful_cells(xml: str, shapes: Shapes) -> list[Cell]:
    """`xml`: the row. Texts are escaped again, as the pattern of sheet.py finds them. Raises Damaged."""
    found: list[Cell] = []
    cell: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if path[-1] == "c":
            cell.clear()
            cell.update(attributes)

    def end(_name: str) -> None:
        if path.pop() == "c":
            place = _PLACE.match(cell.get("r", ""))
            letters = place.group(1).upper() if place else ""
            if letters not in columns:
                raise Damaged(f"cell {letters}")
            value = cell.get("value", "").replace("&", "&amp;")
            found.append((letters, shapes.of(cell.get("s", ""), cell.get("t", "")), value))

    def characters(text: str) -> None:
        if path[-1] == "v" or (path[-1] == "t" and "rPh" not in path):
            cell["value"] = cell.get("value", "") + text

    columns = columns_by_letters()
    parse([xml], start, end, characters)
    return found
