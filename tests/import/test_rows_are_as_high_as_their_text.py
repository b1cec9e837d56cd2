"""LibreOffice fits no row to its text when it opens a workbook: where a text has several lines, the file says so."""

import io

import openpyxl

from .knowing import KNOWN
from .making import module

error_workbook, error_writing, writing = module("error_workbook"), module("error_writing"), module("writing")
LINE = 15  # points


def heights(content: io.BytesIO, sheet: str) -> dict[str, float | None]:
    """The height of each row by the text of its first cell."""
    opened = openpyxl.load_workbook(content)[sheet]
    return {str(opened.cell(row, 1).value): opened.row_dimensions[row].height for row in range(1, opened.max_row + 1)}


def test_every_reason_of_a_row_is_seen_in_the_error_workbook() -> None:
    one, long = (
        "姓がありません。",
        "「東京」はメールアドレスとして読めません。1つだけ書いてください。例：taro@example.jp",
    )
    reasons = {5: [one], 6: [one, one, one], 7: [long], 8: [one] * 40}
    rows = [error_workbook.OpenRow(row, {}, [(("email",), said) for said in told]) for row, told in reasons.items()]
    written = io.BytesIO()
    assert error_writing.write_errors(written, rows, set(), writing.choices_of(KNOWN), {}, "ja", 1 << 20) == 4
    found = heights(written, "リスト")
    assert found["5"] is None
    assert found["6"] is not None and 3 * LINE <= found["6"] < 4.5 * LINE
    assert found["7"] is not None and 2 * LINE <= found["7"] < 3 * LINE
    assert found["8"] == 409  # a row is no higher


def test_no_line_of_the_guide_is_cut() -> None:
    written = io.BytesIO()
    writing.write_frame(written, writing.choices_of(KNOWN), {})
    found = heights(written, writing.GUIDE_SHEET)
    assert all(found[name] for name in ("部署", "反応日"))
    assert (found["反応日"] or 0) >= 2 * LINE > (found["部署"] or 0)


def test_a_line_is_as_high_as_japanese_letters_that_another_font_lends() -> None:
    """Those of the workbook's own font are 15 points high; it has no Japanese ones."""
    template, errors = io.BytesIO(), io.BytesIO()
    writing.write_frame(template, writing.choices_of(KNOWN), {})
    error_writing.write_errors(errors, [], set(), writing.choices_of(KNOWN), {}, "ja", 1 << 20)
    for written in (template, errors):
        assert openpyxl.load_workbook(written)["リスト"].sheet_format.defaultRowHeight >= 17
