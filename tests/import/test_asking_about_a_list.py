"""What is not clear about a file is asked before it is read: its sheet, and what its columns are. Answers are kept."""

from typing import Any

from contracts import events
from tests.cast import MAKI, MANA, SARA, Person
from tests.parts import Part

from .making import HEADER, parts, people, sheet_xml, workbook, zipped
from .registering import details, read_and_check, settle, upload

ROW = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]
ODD = {
    1: ["来場者名簿"],
    3: ["貴社", "姓", "名", "E-mail", "好きな色"],
    4: ["A社", "山田", "太郎", "t@example.jp", "赤"],
}


def asked(service: Part, content: bytes, person: Person = MAKI, **form: Any) -> Any:
    """The list after it was looked at."""
    answer = upload(service, content, person, ask="true", **form)
    assert answer.status_code == 202, answer.get_json()
    for announced in service.said(events.ListUploaded):
        service.hear(announced)
    assert service.why_set_aside() == []
    return details(service, answer.get_json()["id"])


def answer(service: Part, list_id: str, sheet: str, columns: dict[str, str], person: Person = MAKI, **more: Any) -> Any:
    said = {"sheet": sheet, "columns": columns} | more
    return service.by(person).post(f"/lists/{list_id}/answer", json=said)


def codes(question: Any, sheet: int = 0) -> list[str]:
    return [column["code"] for column in question["sheets"][sheet]["columns"]]


def test_a_clear_list_asks_nothing(importing: Part) -> None:
    state = asked(importing, people(2))
    assert (state["status"], state["question"]) == ("committing", None)


def test_an_unknown_column_is_asked_about_with_samples(importing: Part) -> None:
    state = asked(importing, workbook(ODD))
    assert state["status"] == "asking" and state["rows_read"] == 0
    (sheet,) = state["question"]["sheets"]
    assert (sheet["sheet"], sheet["row"]) == ("リスト", 3)
    assert codes(state["question"]) == ["", "family_name", "given_name", "email", ""]
    assert sheet["columns"][0] | {"code": ""} == {
        "index": 0, "letter": "A", "name": "貴社", "code": "", "samples": ["A社"], "clear": False,
    }  # fmt: skip
    assert [column["clear"] for column in sheet["columns"]] == [False, True, True, True, False]
    assert {"code": "company", "label": "会社名"} in state["question"]["fields"]


def test_the_list_is_read_as_it_was_said_and_the_next_one_without_a_word(importing: Part) -> None:
    state = asked(importing, workbook(ODD))
    said = {"0": "company", "1": "family_name", "2": "given_name", "3": "email", "4": ""}
    assert answer(importing, state["id"], "リスト", said).status_code == 202
    (prepared,) = read_and_check(importing)
    assert prepared.columns["company"][0] == "A社"
    settle(importing, prepared)
    told = details(importing, state["id"])
    assert (told["status"], told["warnings"], told["question"]) == ("finished", [], None)

    again = asked(importing, workbook(ODD | {5: ["B社", "鈴木", "花子", "h@example.jp", "青"]}))
    assert (again["status"], again["rows_read"], again["warnings"]) == ("committing", 2, [])
    assert (
        "貴社" in asked(importing, workbook(ODD), MANA)["question"]["sheets"][0]["columns"][0]["name"]
    )  # her own memory


def test_a_meaning_can_be_taken_back(importing: Part) -> None:
    state = asked(importing, workbook(ODD))
    answer(importing, state["id"], "リスト", {"0": "company", "1": "family_name", "3": "email"})
    odd = {1: ["貴社", "姓", "名", "E-mail", "部"], 2: ["A社", "山田", "太郎", "t@example.jp", "営業"]}
    state = asked(importing, workbook(odd))
    assert codes(state["question"]) == ["company", "family_name", "", "email", ""]
    clear = [column["clear"] for column in state["question"]["sheets"][0]["columns"]]
    assert clear == [True, True, True, True, False]  # 名 was left out, 部 is new
    answer(importing, state["id"], "リスト", {"1": "family_name", "2": "given_name", "3": "email", "4": "department"})
    state = asked(importing, workbook(odd | {1: [*odd[1], "謎"], 3: [*odd[2], "?"]}))
    assert codes(state["question"]) == ["", "family_name", "given_name", "email", "department", ""]


def test_how_the_columns_were_read_is_told_and_can_be_forgotten(importing: Part) -> None:
    state = asked(importing, workbook(ODD))
    assert state["columns"] is None
    answer(importing, state["id"], "リスト", {"0": "company", "1": "family_name", "2": "given_name", "3": "email"})
    read_and_check(importing)
    again = asked(importing, workbook(ODD | {5: ["B社", "鈴木", "花子", "h@example.jp", "青"]}))  # goes straight in
    for list_id in (state["id"], again["id"]):
        columns = details(importing, list_id)["columns"]
        assert (columns["row"], columns["may_forget"]) == (3, True)
        assert [(one["letter"], one["name"], one["label"], one["remembered"]) for one in columns["taken"]] == [
            ("A", "貴社", "会社名", True),
            ("B", "姓", "姓", False),
            ("C", "名", "名", False),
            ("D", "E-mail", "メールアドレス", False),
        ]
        assert [(one["name"], one["remembered"]) for one in columns["left_out"]] == [("好きな色", True)]
    assert details(importing, again["id"], MANA)["columns"]["may_forget"] is False
    assert importing.by(MANA).delete(f"/lists/{again['id']}/meanings").status_code == 200  # of her own: nothing
    assert details(importing, again["id"])["columns"]["may_forget"] is True

    told = importing.by(MAKI).delete(f"/lists/{again['id']}/meanings").get_json()["columns"]
    assert told["may_forget"] is False and not any(one["remembered"] for one in told["taken"] + told["left_out"])
    asks = asked(importing, workbook(ODD | {5: ["C社", "佐藤", "花子", "h@example.jp", "青"]}))
    assert (asks["status"], codes(asks["question"])[0]) == ("asking", "")


def test_the_sheet_is_asked_for_where_two_look_like_lists(importing: Part) -> None:
    sheets = {
        "表紙": sheet_xml({1: ["秋の展示会"], 2: ["担当", "山田"]}),
        "1日目": sheet_xml({1: HEADER, 2: ROW}),
        "2日目": sheet_xml({1: HEADER, 2: ["B社", "鈴木", "花子", "h@example.jp"], 3: ROW}),
        "マスタ": sheet_xml({1: HEADER, 2: ROW}),
        "空": sheet_xml({}),
    }
    state = asked(importing, zipped(parts(sheets, hidden=["マスタ"])))
    assert [sheet["sheet"] for sheet in state["question"]["sheets"]] == ["1日目", "2日目"]
    columns = {str(at): code for at, code in enumerate(codes(state["question"], 1))}
    assert answer(importing, state["id"], "2日目", columns).status_code == 202
    read_and_check(importing)
    state = details(importing, state["id"])
    assert (state["sheet"], state["rows_read"]) == ("2日目", 2)


def test_a_cover_before_the_only_list_is_no_question(importing: Part) -> None:
    sheets = {"表紙": sheet_xml({1: ["秋の展示会"], 2: ["担当", "山田"]}), "名簿": sheet_xml({1: HEADER, 2: ROW})}
    state = asked(importing, zipped(parts(sheets)))
    assert (state["status"], state["sheet"], state["rows_read"]) == ("committing", "名簿", 1)
    answered = upload(importing, zipped(parts(sheets | {"後": sheet_xml({1: HEADER, 2: ROW})})))  # nobody to ask
    read_and_check(importing)
    assert details(importing, answered.get_json()["id"])["sheet"] == "名簿"


def test_a_doubled_header_and_one_that_nobody_knows_are_asked_about(importing: Part) -> None:
    doubled = asked(
        importing, workbook({1: ["会社名", "企業名", "姓", "メール"], 2: ["A", "B", "山田", "t@example.jp"]})
    )
    assert codes(doubled["question"]) == ["company", "", "family_name", "email"]
    strange = asked(importing, workbook({1: ["御芳名", "ご連絡先"], 2: ["山田 太郎", "t@example.jp"]}))
    assert codes(strange["question"]) == ["", ""]
    assert answer(importing, strange["id"], "リスト", {"0": "full_name", "1": "email"}).status_code == 202
    prepared = [one for one in read_and_check(importing) if str(one.list_id) == strange["id"]]
    assert prepared[0].columns["given_name"][0] == "太郎"


def test_an_answer_that_cannot_be_is_refused(importing: Part) -> None:
    state = asked(importing, workbook(ODD))
    for columns, code in (
        ({"0": "company", "1": "company", "2": "family_name"}, "doubled_field"),
        ({"0": "company"}, "missing_column"),
        ({"0": "nonsense"}, "unknown_field"),
        ({"99": "company"}, "unknown_field"),
    ):
        refused = answer(importing, state["id"], "リスト", columns)
        assert refused.status_code == 422 and refused.get_json()["errors"][0]["code"] == code
    assert answer(importing, state["id"], "別", {"1": "family_name"}).status_code == 422
    fine = {"0": "company", "1": "family_name"}
    assert answer(importing, state["id"], "リスト", fine, SARA).status_code == 403
    assert answer(importing, state["id"], "リスト", fine, MANA).status_code == 202  # her manager
    assert answer(importing, state["id"], "リスト", fine).status_code == 409
    assert details(importing, state["id"])["status"] == "received"


def test_a_broken_file_asks_nothing(importing: Part) -> None:
    broken = sheet_xml({1: HEADER, 2: ROW}).replace("</c>", "", 1)
    state = asked(importing, zipped(parts({"リスト": broken})))
    assert (state["status"], state["problem_code"]) == ("failed", "damaged")


def test_another_row_is_the_header(importing: Part) -> None:
    """Two rows look like headers: the names of a form above, those of the list below it."""
    rows = {
        1: ["会社名", "姓"],
        2: ["（記入例）", "山田"],
        4: ["貴社名", "お名前", "メール", "電話"],
        5: ["A社", "山田 太郎", "t@example.jp", "03-1234-5678"],
        6: ["B社", "鈴木 花子", "h@example.jp", ""],
    }
    state = asked(importing, workbook(rows))
    (sheet,) = state["question"]["sheets"]
    assert (sheet["row"], [each["row"] for each in sheet["rows"]]) == (1, [1, 2, 4, 5])
    header = next(each for each in sheet["rows"] if each["row"] == 4)
    assert [column["name"] for column in header["columns"]] == rows[4]
    assert [column["code"] for column in header["columns"]] == ["company", "full_name", "email", "phone"]
    assert header["columns"][3]["samples"] == ["03-1234-5678"]
    said = {str(column["index"]): column["code"] for column in header["columns"]}
    refused = answer(importing, state["id"], "リスト", said, row=6)
    assert refused.get_json()["errors"][0]["code"] == "unknown_row"
    assert answer(importing, state["id"], "リスト", said, row=4).status_code == 202
    (prepared,) = read_and_check(importing)
    assert (prepared.rows, prepared.columns["company"]) == ((5, 6), ("A社", "B社"))


def test_values_without_a_header_are_asked_about(importing: Part) -> None:
    rows = {1: [*HEADER, "", ""], 2: [*ROW, "", "", "", "重要", ""], 3: [*ROW, "", "", "", "済", "一度だけ"]}
    state = asked(importing, workbook(rows))
    (sheet,) = state["question"]["sheets"]
    assert [column["letter"] for column in sheet["columns"] if not column["clear"]] == ["H"]
    columns = {str(at): code for at, code in enumerate(codes(state["question"])[:7])} | {"7": "note"}
    assert answer(importing, state["id"], "リスト", columns).status_code == 202
    (prepared,) = read_and_check(importing)
    assert prepared.columns["note"] == ("重要", "済")


def test_values_without_a_header_are_told_where_nobody_is_asked(importing: Part) -> None:
    rows = {1: HEADER, 2: [*ROW, "", "", "", "重要"], 3: [*ROW, "", "", "", "済"]}
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    read_and_check(importing)
    for language, words in (("ja", "：H列（2行目から）"), ("en", ": H (from row 2).")):
        state = importing.by(MAKI).get(f"/lists/{list_id}", headers={"Accept-Language": language}).get_json()
        assert [(warning["code"], warning["columns"]) for warning in state["warnings"]] == [("unnamed_columns", ["H"])]
        assert state["warnings"][0]["message"].endswith(words)


def test_what_begins_below_the_rows_that_were_looked_at_is_told_and_what_was_left_out_is_not(importing: Part) -> None:
    """Column I was shown and left out; J is blank in all the rows that were shown."""
    rows = {1: HEADER} | {number: [*ROW, "", "", "", "重要", "赤"] for number in range(2, 40)}
    state = asked(importing, workbook(rows | {40: [*rows[39], "遅れて"]}))
    columns = {str(at): code for at, code in enumerate(codes(state["question"])[:7])} | {"7": "note", "8": ""}
    assert answer(importing, state["id"], "リスト", columns).status_code == 202
    read_and_check(importing)
    (warning,) = details(importing, state["id"])["warnings"]
    assert warning["message"].endswith("：J列（40行目から）")
