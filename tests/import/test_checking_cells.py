"""Cells as people write them: what is repaired, what is refused, and in which words."""

import time
from typing import Any

import pytest

from .making import module

cells = module("cells")
checks = module("checks")
columns = module("columns")
header = module("header")
reasons = module("reasons")

USERS = (
    checks.KnownUser(3, "isamu", "石田 勇", True),
    checks.KnownUser(4, "sara", "佐々木 沙羅", True),
    checks.KnownUser(5, "sara2", "佐々木 沙羅", True),
    checks.KnownUser(6, "old", "古田 新", False),
)
CHOICES = {
    "stage": (
        checks.KnownChoice("open", "未対応", "open"),
        checks.KnownChoice("handed_over", "営業引継ぎ", "handed_over"),
        checks.KnownChoice("converted", "案件化", "converted"),
        checks.KnownChoice("gone", "旧ステージ", "open", usable=False),
    ),
    "source": (checks.KnownChoice("seminar", "セミナー"),),
    "member_status": (checks.KnownChoice("attended", "参加"),),
    "temperature": tuple(checks.KnownChoice(letter, letter) for letter in "ABC"),
}
KNOWN = checks.Known(USERS, CHOICES)
PERSON = {"family_name": "山田", "company": "株式会社サンプル"}


def check(kind: str = "invited", **raw: str) -> Any:
    """One row with these cells, by column code."""
    found = header.Header(1, tuple(header.HeaderCell(at, code, code) for at, code in enumerate(raw)), ())
    return checks.Checker(found, kind, KNOWN).check(2, list(raw.values()))


def cleaned(code: str, text: str, kind: str = "invited") -> Any:
    """The value of one cell in an otherwise sound row, or the code of the reason against it."""
    row = check(kind, **(PERSON | {code: text}))
    return f"!{row.reasons[0]['code']}" if row.reasons else row.values[code]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("03-1234-5678", "0312345678"),
        ("0312345678", "0312345678"),
        ("312345678", "0312345678"),  # a spreadsheet took the zero
        ("9012345678", "09012345678"),
        ("120123456", "0120123456"),
        ("090-1234-5678", "09012345678"),
        ("０３－１２３４－５６７８", "0312345678"),
        ("03(1234)5678", "0312345678"),
        ("（03）1234‐5678", "0312345678"),
        ("03 1234 5678", "0312345678"),
        ("03ー1234ー5678", "0312345678"),
        ("+81-3-1234-5678", "0312345678"),
        ("+81 (0)3 1234 5678", "0312345678"),
        ("+819012345678", "09012345678"),
        ("03-1234-5678（代表）", "0312345678"),
        ("825850899（代表）", "0825850899"),
        ("336401997(代)", "0336401997"),
        ("092-348-4849 内線123", "0923484849"),
        ("03-1234-5678 ext.12", "0312345678"),
        ("TEL: 03-1234-5678", "0312345678"),
        ("0800-123-4567", "08001234567"),
        ("+1-212-555-0100", "+12125550100"),
        ("内線だけ", "!bad_phone"),
        ("12345", "!bad_phone"),
        ("03-1234-567", "!bad_phone"),
        ("03-1234-56789", "!bad_phone"),
        ("00-1234-5678", "!bad_phone"),
        ("調査中", "!bad_phone"),
        ("taro@example.jp", "!bad_phone"),
    ],
)
def test_phone(text: str, value: str) -> None:
    assert cleaned("phone", text) == value
    assert cleaned("mobile", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Taro.Yamada@Example.JP", "taro.yamada@example.jp"),
        (" taro@example.jp　", "taro@example.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("山田 太郎 <taro@example.jp>", "taro@example.jp"),
        ("mailto:taro@example.jp", "taro@example.jp"),
        ("taro..yamada.@docomo.ne.jp", "taro..yamada.@docomo.ne.jp"),  # such addresses were given out
        ("a+b_c@sub.example.co.jp", "a+b_c@sub.example.co.jp"),
        ("taro.yamada＠＠example.jp", "!bad_email"),
        ("taro@example", "!bad_email"),
        ("taro@example,com.jp", "!bad_email"),
        ("なし", "!bad_email"),
        ("a@b@c.jp", "!bad_email"),
        ("taro@-example.jp", "!bad_email"),
        ("x" * 65 + "@example.jp", "!bad_email"),
    ],
)
def test_email(text: str, value: str) -> None:
    assert cleaned("email", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-28", "2026-10-28"),
        ("2026-10-28 14:45:00", "2026-10-28"),
        ("2026/10/28", "2026-10-28"),
        ("2026/1/5", "2026-01-05"),
        ("２０２６／１０／２８", "2026-10-28"),
        ("2026年10月28日", "2026-10-28"),
        ("2026年10月28日(水)", "2026-10-28"),
        ("2026/10/28 14:45", "2026-10-28"),
        ("2026.10.28", "2026-10-28"),
        ("20261028", "2026-10-28"),
        ("46323", "2026-10-28"),
        ("R8.10.28", "2026-10-28"),
        ("令和8年10月28日", "2026-10-28"),
        ("令和元年5月1日", "2019-05-01"),
        ("H30/4/1", "2018-04-01"),
        ("2024-02-29", "2024-02-29"),
        ("2026年13月45日", "!bad_date"),
        ("2026-02-29", "!bad_date"),
        ("10/28", "!bad_date"),
        ("来週", "!bad_date"),
        ("9999-01-01", "!bad_date"),
    ],
)
def test_date(text: str, value: str) -> None:
    assert cleaned("responded_on", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("100-0001", "100-0001"), ("〒１００－０００１", "100-0001"), ("1000001", "100-0001"), ("600001", "060-0001"),
     ("10018", "001-0018"), ("1000", "!bad_postal_code"), ("東京", "!bad_postal_code")],
)  # fmt: skip
def test_postal_code(text: str, value: str) -> None:
    assert cleaned("postal_code", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("○", True), ("〇", True), ("1", True), ("TRUE", True), ("禁止", True), ("はい", True), ("Yes", True), ("", ""),
     ("0", False), ("FALSE", False), ("いいえ", False), ("たぶん", "!bad_flag")],
)  # fmt: skip
def test_flag(text: str, value: Any) -> None:
    assert cleaned("do_not_call", text) is value or cleaned("do_not_call", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("石田 勇 <isamu>", 3),
        ("どの名前でも <ISAMU>", 3),
        ("isamu", 3),
        ("石田　勇", 3),
        ("石田勇", 3),
        ("佐々木 沙羅", "!ambiguous_owner"),
        ("佐々木 沙羅 <sara2>", 5),
        ("古田 新 <old>", "!inactive_owner"),
        ("存在しない 太郎 <nobody>", "!unknown_owner"),
        ("存在しない 太郎", "!unknown_owner"),
    ],
)
def test_owner(text: str, value: Any) -> None:
    assert cleaned("owner_id", text) == value


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("stage", "未対応", "open"),
        ("stage", " 未対応 ", "open"),
        ("stage", "open", "open"),
        ("stage", "すごく熱い", "!unknown_choice"),
        ("stage", "旧ステージ", "!unknown_choice"),
        ("stage", "案件化", "!set_by_conversion"),
        ("temperature", "Ａ", "A"),
        ("temperature", "b", "B"),
        ("temperature", "Z", "!unknown_choice"),
        ("source", "ｾﾐﾅｰ", "seminar"),
        ("source", "0", "!unknown_choice"),
        ("member_status", "参加", "attended"),
    ],
)
def test_choice(code: str, text: str, value: str) -> None:
    assert cleaned(code, text) == value


def test_what_an_exported_list_brings_back_may_stay() -> None:
    assert cleaned("stage", "旧ステージ", kind="update") == "gone"
    assert cleaned("stage", "案件化", kind="update") == "converted"


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("company", "  株式会社　サンプル \n", "株式会社　サンプル"),
        ("company", "ｻﾝﾌﾟﾙ㈱", "ｻﾝﾌﾟﾙ㈱"),  # kept as entered; matching compares without width
        ("family_name", "か\u3099", "が"),  # decomposed, as a Mac writes it
        ("family_name", "山\u200b田\x07", "山田"),
        ("family_name", "𠮷田", "𠮷田"),
        ("family_name_kana", "やまだ", "ヤマダ"),
        ("family_name_kana", "ﾔﾏﾀﾞ", "ヤマダ"),
        ("note", '=HYPERLINK("http://example.jp","x")', '=HYPERLINK("http://example.jp","x")'),
        ("note", "1行目\r\n2行目", "1行目\n2行目"),
        ("company", "あ" * 201, "!too_long"),
        ("lead_id", "12", 12),
        ("lead_id", "L-12", "!bad_number"),
        ("version", "３", 3),
    ],
)
def test_text(code: str, text: str, value: Any) -> None:
    assert cleaned(code, text) == value


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


def test_reasons_of_other_services_are_told_in_their_own_words() -> None:
    kept = {"field": "email", "code": "duplicate", "ja": "重複しています。", "en": "It is a duplicate."}
    assert reasons.message(kept, "リスト", 3, {}, "ja").endswith("「メールアドレス」: 重複しています。")
    assert reasons.message(kept, "リスト", 3, {}, "en").endswith("Email: It is a duplicate.")


def test_every_code_has_words_in_both_languages() -> None:
    for code, (japanese, english) in reasons.WORDS.items():
        assert japanese and english and english.isprintable(), code


def test_twenty_thousand_rows_a_second() -> None:
    raw = {
        "company": "株式会社サンプル", "department": "営業部", "title": "課長", "family_name": "山田",
        "given_name": "太郎", "family_name_kana": "やまだ", "given_name_kana": "ﾀﾛｳ", "email": "taro@example.jp",
        "phone": "03-1234-5678", "mobile": "9012345678", "postal_code": "〒100-0001", "prefecture": "東京都",
        "address": "千代田区千代田1-1", "stage": "未対応", "owner_id": "石田 勇 <isamu>",
        "responded_on": "2026-10-28", "temperature": "A", "do_not_call": "○",
    }  # fmt: skip
    found = header.Header(1, tuple(header.HeaderCell(at, code, code) for at, code in enumerate(raw)), ())
    checker = checks.Checker(found, "invited", KNOWN)
    columns_of_row = list(raw)
    email, phone = columns_of_row.index("email"), columns_of_row.index("phone")
    rows = []
    for number in range(5_000):
        row = list(raw.values())
        row[email], row[phone] = f"taro{number}@example.jp", f"03-{number:04}-5678"
        rows.append(row)
    started = time.process_time()
    for number, row in enumerate(rows):
        assert not checker.check(number, row).reasons
    assert 5_000 / (time.process_time() - started) > 20_000
