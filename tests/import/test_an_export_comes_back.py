"""What リスト出力 wrote is read and checked as what the lead has, cell by cell."""

from pathlib import Path
from typing import Any

from chassis import contacts

from .knowing import KNOWN, checked, checks, header
from .making import module

list_rows, spreadsheet, writing = module("list_rows"), module("spreadsheet"), module("writing")

STORED: dict[str, Any] = {
    "company": "\ufa19戸_x000D_商店 =1+1",
    "department": "'営業　部",
    "title": "あ" * contacts.LINE,
    "family_name": "葛\U000e0100城",
    "given_name": "\uf9dc<太>&",
    "family_name_kana": "カツラギ",
    "given_name_kana": "リュウ",
    "email": "taro@example.jp",
    "phone": "0312348888 内線12",
    "mobile": "09012345678",
    "postal_code": "100-0001",
    "prefecture": "",
    "address": "東京都千代田区1－2",
    "industry": "製造 #N/A",
    "owner_id": "6",  # who is inactive
    "stage": "gone",
    "note": "1行目\n\t\U0001f468\u200d\U0001f469\u200d\U0001f467\u2764\ufe0f\n" + "あ" * 19_900,
    "do_not_call": True,
}


def test_every_cell_is_what_it_was(tmp_path: Path) -> None:
    path, fields = tmp_path / "出力.xlsx", ["lead_id", "version", *STORED]
    with path.open("w+b") as target:
        list_rows.write_list(target, fields, [[["L-000007", 3, *STORED.values()]]], writing.choices_of(KNOWN), {})
    found, rows = header.find_header(spreadsheet.rows(path, "リスト"), "リスト", "update", {})
    ((number, cells),) = rows
    row = checked(checks.Checker(found, "update", KNOWN), number, cells)
    assert (row.reasons, row.notices) == ([], [])
    read = {field: row.values[field] for field in fields}
    assert read == {"lead_id": 7, "version": 3, **STORED, "owner_id": 6}
