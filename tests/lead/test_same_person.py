"""名寄せ: what is folded away before two rows are compared, and what is not."""

import importlib
import itertools

import pytest

from chassis import keywords

matching = importlib.import_module("services.lead.matching")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("株式会社 小口物流", "小口物流"),
        ("㈱神宝コンサルティング", "神宝コンサルティング"),
        ("（株） 丸明金属", "丸明金属"),
        ("㍿山田", "山田"),
        ("コカ・コーラ(株)西日本", "コカコーラ西日本"),
        ("有限会社ヤマダ", "ヤマダ"),
        ("（有）ﾔﾏﾀﾞ", "ヤマダ"),
        ("特定非営利活動法人みどり", "ミドリ"),
        ("Foo Co., Ltd.", "foo"),
        ("ABC Inc.", "abc"),
        ("Incライン", "incライン"),
        ("株式会社", "株式会社"),
        ("", ""),
    ],
)
def test_companies(written: str, key: str) -> None:
    assert matching.fold_company(written) == key


def test_a_legal_form_goes_away_whatever_else_is_in_the_name() -> None:
    """There is a short way for 株式会社 alone: it may stand beside another form, or be a part of one."""
    parts = [
        *(
            "株式会社",
            "有限会社",
            "医療法人",
            "社会福祉法人",
            "(株)",
            "カ)",
            "(カ",
            "co.ltd",
            "inc",
            "k.k.",
            "llc",
            "corp",
        ),
        *("会社", "社", "カ", "山田", "abc", " "),
    ]
    for names in itertools.product(parts, repeat=3):
        plain = keywords.fold("".join(names))
        bare = matching.COMPANY_NOISE.sub("", keywords.LEGAL_FORMS.sub(" ", plain))
        assert matching.fold_company("".join(names)) == (bare or "".join(plain.split())), names


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("03-1234-5678", "0312345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("+81-3-1234-5678", "0312345678"),
        ("+81 (0)3 1234 5678", "0312345678"),
        ("092-348-4849 内線123", "0923484849"),
        ("0825850899（代表）", "0825850899"),
        ("未記入", ""),
        ("", ""),
    ],
)
def test_phones(written: str, digits: str) -> None:
    assert matching.fold_phone(written) == digits


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("03-1234-5678", "0312345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("+81 (0)3 1234 5678", "0312345678"),
        ("090ー1234ー5678", "09012345678"),
        ("(代)03-1234-5678", "0312345678"),
        ("TEL: 03-1234-5678", "0312345678"),
        ("0825850899（代表）", "0825850899"),
        ("092-348-4849 内線123", "0923484849 内線123"),
        ("092-348-4849（内線：123）", "0923484849 内線123"),
        ("+1 650-555-0123 ext. 9", "+16505550123 内線9"),
        ("03-1234-5678 / 090-1111-2222", "03-1234-5678 / 090-1111-2222"),
        ("未記入", "未記入"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_phones_are_kept_in_one_form(written: str, kept: str) -> None:
    assert keywords.normal_phone(written) == kept
    assert keywords.normal_phone(kept) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋 一郎", "高橋一郎"),
        ("篠﨑", "篠崎"),
        ("渡邉", "渡邊"),
        ("濵田", "浜田"),
        ("たなか", "ﾀﾅｶ"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_names(one: str, other: str) -> None:
    assert matching.fold_name(one) == matching.fold_name(other)


def test_names_that_are_different_stay_so() -> None:
    assert matching.fold_name("山田 太郎") != matching.fold_name("山田 次郎")
    assert matching.fold_name("太田") != matching.fold_name("大田")


@pytest.mark.parametrize(
    "written", [" Taro@Yamada.example.jp ", "ｔａｒｏ＠yamada.example.jp", "mailto:taro@yamada.example.jp"]
)
def test_addresses(written: str) -> None:
    assert matching.fold_email(written) == "taro@yamada.example.jp"


def test_somebody_without_anything_to_compare_matches_nobody() -> None:
    assert matching.keys({"family_name": "山田"}).bare_key is None
    assert matching.keys({"company": "山田商事"}).bare_key is None
    assert matching.keys({"family_name": "山田", "email": "a@b.example.jp", "company": "山田商事"}).bare_key is None
