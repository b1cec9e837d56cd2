"""Cells as people write them: what is repaired and what is refused."""

from typing import Any

import pytest

from .knowing import cleaned

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f"  # joined to one, and a heart in colours


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
        ("092-348-4849 内線123", "0923484849 内線123"),
        ("０９２－３４８－４８４９（内線：１２３）", "0923484849 内線123"),
        ("03-1234-5678(代表) 内線12・13", "0312345678 内線12・13"),
        ("03-1234-5678 内線なし", "!bad_phone"),
        ("03-1234-5678 ext.12", "0312345678 内線12"),
        ("0312345678 内線12・13", "0312345678 内線12・13"),
        ("TEL: 03-1234-5678", "0312345678"),
        ("0800-123-4567", "08001234567"),
        ("+1-212-555-0100", "+12125550100"),
        ("内線だけ", "!bad_phone"),
        ("12345", "!bad_phone"),
        ("1.0E+10", "!phone_as_number"),
        ("3.12346e+08", "!phone_as_number"),
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
    assert cleaned("owner_id", "古田 新 <old>", kind="update") == 6


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("company", "  株式会社　サンプル \n", "株式会社　サンプル"),
        ("company", "ｻﾝﾌﾟﾙ㈱", "ｻﾝﾌﾟﾙ㈱"),  # kept as entered; matching compares without width
        ("family_name", "か\u3099", "が"),  # decomposed, as a Mac writes it
        ("family_name", "\ufa1b\ufa19\ufa10\uf9dc\u304b\u3099", "\ufa1b\ufa19\ufa10\uf9dcが"),  # as people are called
        ("family_name_kana", "ﾔﾏﾀﾞ\ufa19", "ヤマダ\ufa19"),
        ("note", "\ufa12子さん", "\ufa12子さん"),
        ("prefecture", "\ufa1b島県", "福島県"),
        ("address", "東京\ufa26千代田区", "千代田区"),
        ("family_name", "山\u200b田\x07", "山田"),
        ("family_name", "𠮷田", "𠮷田"),
        ("family_name_kana", "やまだ", "ヤマダ"),
        ("family_name_kana", "ﾔﾏﾀﾞ", "ヤマダ"),
        ("note", '=HYPERLINK("http://example.jp","x")', '=HYPERLINK("http://example.jp","x")'),
        ("note", "1行目\r\n2行目\r3行目\u20284行目\t終", "1行目\n2行目\n3行目\n4行目\t終"),
        ("note", FAMILY, FAMILY),
        ("family_name", "葛\U000e0100城", "葛\U000e0100城"),
        ("company", "サン\u00adプル\u200b\ufeff\u200e\t商事\n東京", "サンプル 商事 東京"),
        ("email", "taro\u200d@example.jp", "taro@example.jp"),
        ("company", "あ" * 201, "!too_long"),
        ("title", "あ" * 200, "あ" * 200),
        ("note", "あ" * 20_000, "あ" * 20_000),
        ("note", "あ" * 20_001, "!too_long"),
        ("lead_id", "12", 12),
        ("lead_id", "L-000012", 12),
        ("lead_id", "ｌ－０００１２", 12),
        ("lead_id", "L-", "!bad_number"),
        ("lead_id", "L-12-3", "!bad_number"),
        ("version", "３", 3),
    ],
)
def test_text(code: str, text: str, value: Any) -> None:
    assert cleaned(code, text) == value


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("phone", "'0312345678", "0312345678"),
        ("phone", "312345678.0", "0312345678"),
        ("mobile", "9012345678.0", "09012345678"),
        ("phone", "12345678.0", "!bad_phone"),
        ("postal_code", "'0600001", "060-0001"),
        ("postal_code", "600001.0", "060-0001"),
        ("lead_id", "7.0", 7),
        ("lead_id", "7.5", "!bad_number"),
        ("email", "'taro@example.jp", "taro@example.jp"),
        ("do_not_call", "1.0", True),
        ("responded_on", "20240105.0", "2024-01-05"),
        ("responded_on", "'", "!bad_date"),
    ],
)
def test_what_programs_add_to_numbers_and_texts_is_not_read(code: str, text: str, value: Any) -> None:
    assert cleaned(code, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-27T20:00:00Z", "2026-10-28"),
        ("2026-10-27T10:00:00.000+0000", "2026-10-27"),
        ("2026-10-28T01:00:00+09:00", "2026-10-28"),
        ("2026-10-27T25:00:00Z", "!bad_date"),
        ("0001-01-01T00:00:00Z", "!bad_date"),
        ("9999-12-31T23:00:00-09:00", "!bad_date"),
    ],
)
def test_a_moment_of_another_system_is_a_day_in_japan(text: str, value: str) -> None:
    assert cleaned("responded_on", text) == value
