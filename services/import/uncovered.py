"""Values in columns that have no header, or of which the list makes no use: nothing is left out without a word."""

from dataclasses import replace

from .columns import letter
from .header import Header


class Uncovered:
    """Looks out for them row by row. `width`: from this column on nothing has a header; `gaps`: columns before it that
    have none, or are of no use, and were blank so far. Only longer rows, or a header with gaps, need a look."""

    def __init__(self, header: Header) -> None:
        self.header, self.width, self.gaps = header, header.width, list(header.gaps)
        self._found: list[str] = []

    def look(self, row: int, cells: list[str]) -> None:
        if len(cells) > self.width:
            self.gaps.extend(range(self.width, len(cells)))
            self.width = len(cells)
        for at in [at for at in self.gaps if at < len(cells) and cells[at].strip()]:
            self.gaps.remove(at)
            self._found.append(f"{letter(at)}{row}")

    def told(self) -> Header:
        """The header with what was found below it so far."""
        found = sorted((*self.header.unnamed, *self._found), key=lambda cell: (len(column_of(cell)), cell))
        return replace(self.header, unnamed=tuple(found), width=self.width, gaps=tuple(self.gaps))


def column_of(cell: str) -> str:
    """H of H12."""
    return cell.rstrip("0123456789")


def row_of(cell: str) -> str:
    return cell.removeprefix(column_of(cell))
