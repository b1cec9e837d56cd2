"""Formulas of the cells of a row: mail addresses that they link to, and those whose value nobody has calculated."""

import re
from urllib.parse import unquote

# Attributes are taken in one piece, (?>…): tried again from each "r=" of a hostile row, they would take for ever.
# HYPERLINK("mailto:…") in the formula of a cell; quotes may be escaped.
_LINK = re.compile(
    r"""<(?:\w+:)?c\s(?>[^<>]*?\br=["']([A-Z]{1,3})[0-9]+["'][^<>]*)>\s*<(?:\w+:)?f[^<>]*>"""
    r"""[^<]*?HYPERLINK\(\s*(?:"|&quot;)mailto:([^"&?<>]{3,254})""",
    re.IGNORECASE,
)
# A cell with a formula and no value. Programs that calculate say t="str" where the value is an empty text.
_UNCALCULATED = re.compile(
    r"""<(?:\w+:)?c\s(?![^<>]*\bt=["']str["'])(?>[^<>]*?\br=["']([A-Z]{1,3})[0-9]+["'][^<>]*)>\s*"""
    r"""<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*"""
    r"""</(?:\w+:)?c>""",
    re.IGNORECASE,
)


def linked(row: str) -> list[tuple[str, str]]:
    """(letters of the column, address) of the cells of a row whose formula links to mailto:."""
    return [(letters.upper(), unquote(address).strip()) for letters, address in _LINK.findall(row)]


def uncalculated(row: str) -> list[str]:
    """The letters of the columns of a row whose formula has no value."""
    return [letters.upper() for letters in _UNCALCULATED.findall(row)]
