"""An error workbook saved as CSV, or copied into another file, does not say of which list it is: its cells do."""

import io
from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import module, workbook
from .registering import details, read_and_check, settle, upload
from .stopping import bring_back
from .test_correcting_rows import HEADER, NO_MAIL, NO_NAME, NO_OWNER, RIGHT, error_workbook, list_id, mend_all

__all__ = ["list_id"]
OTHERS = [
    ["高橋建設", "高橋 五郎", "goro(at)example", "06-1234-5678", "", "1"],
    ["伊藤運輸", "伊藤 六郎", "rokuro@example.com", "０６の１２３４", "", "2"],
    ["", "渡辺 七郎", "nana(at)example", "", "", "3"],
]


def as_csv(book: Any) -> bytes:
    rows = [[str(cell.value or "").replace("\n", " ") for cell in row] for row in book["リスト"].iter_rows()]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode("utf-8-sig")


def another_list(importing: Part) -> str:
    made = upload(importing, workbook({3: HEADER, 5: OTHERS[0], 6: OTHERS[1], 7: OTHERS[2]}))
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    importing.forget_said()
    return str(made.get_json()["id"])


def send_csv(importing: Part, list_id: str, content: bytes) -> Any:
    sent = {"file": (io.BytesIO(content), "直した行.csv")}
    assert importing.by(MAKI).post(f"/lists/{list_id}/corrections", data=sent).status_code == 202
    assert importing.hear(importing.said(events.CorrectionsUploaded)[-1]) == "done", importing.why_set_aside()
    return details(importing, list_id)["correction"]


def test_the_csv_of_another_list_takes_no_rows_by_their_numbers(importing: Part, list_id: str) -> None:
    content = as_csv(error_workbook(importing, another_list(importing)))
    correction = send_csv(importing, list_id, content)
    assert (correction["status"], correction["problem_code"]) == ("failed", "rows_of_another_list")
    assert "「元の行」が5の行は、このリストの5行目と内容が1つも一致しません" in correction["problem"]
    assert "Excelブック（.xlsx）のまま" in correction["problem"]
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["error"]) == ("finished", 3)


def test_a_copied_workbook_of_another_list_takes_none_either(importing: Part, list_id: str) -> None:
    book = error_workbook(importing, another_list(importing))
    del book["出力情報"]
    book.save(kept := io.BytesIO())
    bring_back(importing, list_id, kept.getvalue())
    assert details(importing, list_id)["correction"]["problem_code"] == "rows_of_another_list"


def test_the_csv_of_the_list_itself_is_taken(importing: Part, list_id: str) -> None:
    book = error_workbook(importing, list_id)
    mend_all(book["リスト"])
    correction = send_csv(importing, list_id, as_csv(book))
    assert (correction["status"], correction["rows"], correction["problem"]) == ("read", 3, None)


@pytest.mark.parametrize(
    ("row", "brought", "belongs"),
    [
        (NO_MAIL, [*NO_MAIL[:2], "jiro@example.jp", *NO_MAIL[3:]], True),
        (NO_MAIL, ["佐藤商店株式会社", "佐藤　次郎", "jiro@example.jp", "", "", ""], True),  # blanks count for nothing
        (NO_OWNER, OTHERS[1], False),
        (NO_NAME, ["田中物産", "田中 史郎", "x@example.jp", "", "", ""], True),
        (["", "", "", "xx", "", ""], ["甲社", "乙 丙", "a@example.jp", "", "", ""], False),
        (["", "", "", "", "いない人", ""], RIGHT, False),
        (["", "", "", "", "", ""], RIGHT, True),  # nothing to compare
    ],
)
def test_a_row_belongs_to_a_list_by_what_it_says_of_somebody(row: list[str], brought: list[str], belongs: bool) -> None:
    codes = ("company", "full_name", "email", "phone", "owner_id", "")
    belonging = module("belonging")
    places = {code: at for at, code in enumerate(codes) if code}
    assert belonging.belongs(row, brought, places) is belongs
