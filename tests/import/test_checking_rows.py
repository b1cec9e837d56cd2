"""Rows: what each needs, what is made of names and addresses, and the words in which one is refused."""

import pytest

from .knowing import PERSON, check, reasons


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"family_name": "山田", "email": "taro@example.jp"}, []),
        ({"family_name": "山田", "mobile": "09012345678"}, []),
        ({"family_name": "山田", "company": "サンプル"}, []),
        ({"family_name": "", "email": "taro@example.jp"}, ["required"]),
        ({"family_name": "　", "email": "taro@example.jp"}, ["required"]),
        ({"full_name": "", "email": "taro@example.jp"}, ["required"]),
        ({"family_name": "山田", "title": "課長"}, ["no_key"]),
        ({"family_name": "山田", "email": "＠"}, ["bad_email"]),  # one mistake, one reason
        ({"family_name": "", "email": "＠", "phone": "内線"}, ["bad_email", "bad_phone", "required"]),
    ],
)
def test_what_a_row_needs(raw: dict[str, str], expected: list[str]) -> None:
    assert [reason["code"] for reason in check(**raw).reasons] == expected


def test_an_update_needs_a_lead_id_or_a_name() -> None:
    assert not check("update", lead_id="7", stage="未対応").reasons
    assert not check("update", lead_id="", family_name="山田", email="taro@example.jp").reasons
    assert [each["code"] for each in check("update", lead_id="", stage="未対応").reasons] == ["no_lead_id", "no_key"]


@pytest.mark.parametrize(
    ("text", "names", "noticed"),
    [
        ("山田 太郎", ("山田", "太郎"), False),
        ("山田　太郎", ("山田", "太郎"), False),
        ("山田太郎", ("山田太郎", ""), True),
        ("ジョン スミス ジュニア", ("ジョン", "スミス ジュニア"), False),
    ],
)
def test_a_name_in_one_cell_is_split_where_it_has_a_space(text: str, names: tuple[str, str], noticed: bool) -> None:
    row = check(full_name=text, full_name_kana="やまだ たろう", company="サンプル")
    assert (row.values["family_name"], row.values["given_name"]) == names
    assert (row.values["family_name_kana"], row.values["given_name_kana"]) == ("ヤマダ", "タロウ")
    assert "full_name" not in row.values
    assert bool(row.notices) is noticed and not row.reasons


def test_a_prefecture_at_the_head_of_an_address_is_its_own_field() -> None:
    row = check(family_name="山田", company="サンプル", address="東京都 港区芝1-2-3")
    assert (row.values["prefecture"], row.values["address"]) == ("東京都", "港区芝1-2-3")
    row = check(family_name="山田", company="サンプル", prefecture="大阪府", address="東京都港区芝")
    assert (row.values["prefecture"], row.values["address"]) == ("大阪府", "東京都港区芝")
    row = check(family_name="山田", company="サンプル", address="港区芝1-2-3")
    assert row.values["address"] == "港区芝1-2-3"
    row = check("update", lead_id="7", prefecture="", address="東京都港区芝")  # as it was exported
    assert (row.values["prefecture"], row.values["address"]) == ("", "東京都港区芝")
    row = check("update", family_name="山田", email="taro@example.jp", address="東京都港区芝")
    assert (row.values["prefecture"], row.values["address"]) == ("東京都", "港区芝")


def test_a_reason_names_sheet_row_column_and_value() -> None:
    kept = reasons.reason("responded_on", "bad_date", "2026年13月45日")
    places = {"responded_on": (20, "来場日")}
    assert (
        reasons.message(kept, "名簿", 5, places, "ja")
        == "シート「名簿」5行目「来場日」（U5）: 「2026年13月45日」は日付として読めません。例：2026/10/28"
    )
    assert (
        reasons.message(kept, "名簿", 5, places, "en")
        == "Sheet “名簿”, row 5, “来場日” (U5): “2026年13月45日” is not a date. For example: 2026-10-28"
    )


def test_an_unknown_choice_tells_the_choices() -> None:
    refused = check(**(PERSON | {"temperature": "Z"})).reasons[0]
    assert "A、B、C" in reasons.message(refused, "リスト", 2, {}, "ja")
    assert "A, B, C" in reasons.message(refused, "リスト", 2, {}, "en")


def test_the_stage_that_no_list_may_give_is_not_offered() -> None:
    said = reasons.message(check(**(PERSON | {"stage": "すごく熱い"})).reasons[0], "リスト", 2, {}, "ja")
    assert "未対応" in said and "案件化" not in said


def test_reasons_of_other_services_are_told_in_their_own_words() -> None:
    kept = {"field": "email", "code": "duplicate", "ja": "重複しています。", "en": "It is a duplicate."}
    assert reasons.message(kept, "リスト", 3, {}, "ja").endswith("「メールアドレス」: 重複しています。")
    assert reasons.message(kept, "リスト", 3, {}, "en").endswith("Email: It is a duplicate.")


def test_every_code_has_words_in_both_languages() -> None:
    for code, (japanese, english) in reasons.WORDS.items():
        assert japanese and english and english.isprintable(), code


def test_the_error_of_a_formula_says_nothing_and_is_told() -> None:
    """It is no blank, which would erase what the lead has where that was chosen."""
    row = check(
        family_name="山田", email="taro@example.jp", company="#N/A", phone="#REF!", stage="#VALUE!", address="#N/A"
    )
    assert row.reasons == []
    assert {each["field"]: each["code"] for each in row.notices} == dict.fromkeys(
        ("company", "phone", "stage", "address"), "formula_error"
    )
    assert [row.values[code] for code in ("company", "phone", "stage", "address")] == [None] * 4


@pytest.mark.parametrize("error", ["Err:502", "Err:522", "エラー:511"])
def test_the_errors_that_libreoffice_numbers_are_errors_in_its_text_files(error: str) -> None:
    row = check(family_name="山田", email="taro@example.jp", company=error)
    assert [(each["field"], each["code"]) for each in row.notices] == [("company", "formula_error")]
    assert row.values["company"] is None
    assert check(family_name="山田", email="taro@example.jp", company="Err:502 社").values["company"] == "Err:502 社"


def test_a_formula_that_was_never_calculated_is_no_blank_and_is_told() -> None:
    row = check(family_name="山田", email="taro@example.jp", company="（未計算の数式）", phone="（未計算の数式）")
    assert [row.values[code] for code in ("company", "phone")] == [None] * 2 and row.reasons == []
    (told, _) = row.notices
    assert "Excelで開いて上書き保存" in reasons.message(told, "リスト", 3, {}, "ja")


def test_a_name_that_is_the_error_of_a_formula_is_missing() -> None:
    assert [each["code"] for each in check(full_name="#N/A", email="taro@example.jp").reasons] == ["required"]
    assert [each["code"] for each in check(family_name="山田", email="#N/A").reasons] == ["no_key"]


@pytest.mark.parametrize(
    ("code", "text", "helps"),
    [
        ("phone", "?", "例：03-1234-5678"),
        ("phone", "9.0E+10", "セルの表示形式を「文字列」にしてから、番号を入力し直してください。例：03-1234-5678"),
        ("email", "?", "例：taro.yamada@example.jp"),
        ("postal_code", "?", "例：100-0001"),
    ],
)
def test_what_cannot_be_read_comes_with_an_example(code: str, text: str, helps: str) -> None:
    (wrong,) = check(**(PERSON | {code: text})).reasons
    assert reasons.message(wrong, "リスト", 2, {}, "ja").endswith(helps)
    assert reasons.message(wrong, "リスト", 2, {}, "en").endswith(helps.rpartition("例：")[2])
