"""Whether rows that come back without the sheet that names their list are this list's: some of what a row says of
somebody must be as the list has it, since nobody puts right all of that."""

from collections.abc import Mapping, Sequence

from .refusal import Refused

# By what people are told apart; choices such as リードステージ are the same in many rows of many lists.
OF_SOMEBODY = (
    *("lead_id", "company", "full_name", "full_name_kana", "family_name", "given_name", "family_name_kana"),
    *("given_name_kana", "email", "phone", "mobile"),
)
TELLING = 2  # cells; where a row has fewer, all that it says is compared


def belongs(row: Sequence[str], brought: Sequence[str], places: Mapping[str, int]) -> bool:
    """`row` as the list has it, `brought` by the same `places` of columns."""
    said = [at for code, at in places.items() if code in OF_SOMEBODY and _at(row, at)]
    if len(said) < TELLING:
        said = [at for at in places.values() if _at(row, at)]
    return not said or any(_at(row, at) == _at(brought, at) for at in said)


def another_lists(row: int) -> Refused:
    """`row`: the first of the list that has nothing in common with what was brought for it."""
    return Refused(
        "rows_of_another_list",
        f"「元の行」が{row}の行は、このリストの{row}行目と内容が1つも一致しません。別のリストの行かもしれないため、"
        "何も取り込んでいません。このリストの画面からExcelで出力し、Excelブック（.xlsx）のまま直して選んでください。",
        f"The row whose “Original row” is {row} has nothing in common with row {row} of this list. It may be another "
        "list's, so nothing was taken in. Take the error workbook out on the page of this list, and put it right as an "
        "Excel workbook (.xlsx).",
    )


def _at(cells: Sequence[str], at: int) -> str:
    """What a way through Excel may change is left out."""
    return "".join(cells[at].split()) if at < len(cells) else ""
