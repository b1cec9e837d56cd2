"""The list layout as one table: every column of a lead list, what its headers are called, what kind of cell it has.

Reading, checking and writing all go by this table. Headers are found by name in any order; a name is compared without
width, case, spaces and punctuation.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.contacts import ADDRESS, EMAIL, LINE, LINES


@dataclass(frozen=True)
class Column:
    """One column. `code` is the field's name in code and in events; `kind` says how its cells are checked (checks.py).

    `limit`: longest text in characters. `synonyms`: other headers, separated by spaces. `read_only`: understood in a
    file, never written. `hint`: what to write, Japanese and English.
    """

    code: str
    ja: str
    en: str
    kind: str
    limit: int = 0
    width: int = 14
    synonyms: str = ""
    hint: tuple[str, str] = ("", "")
    required: bool = False
    hidden: bool = False
    read_only: bool = False


AS_EXPORTED = ("出力されたままにしてください。新しい行は空白", "Leave as exported; blank for a new row")
CHOOSE = ("一覧から選びます", "Choose from the list")
HISTORYS = (
    "リスト更新では変わりません。参加者リスト取込で登録します",
    "List update leaves it; register participants to change it",
)
CIRCLE = ("禁止するなら ○", "○ if so")

# fmt: off
LAYOUT: tuple[Column, ...] = (
    Column("lead_id", "リードID", "Lead ID", "lead_number", 0, 10, hint=AS_EXPORTED),
    Column("version", "版", "Version", "number", 0, 6, hint=AS_EXPORTED, hidden=True),
    Column("company", "会社名", "Company", "text", LINE, 28,
           "会社 企業名 企業 御社名 貴社名 法人名 社名 勤務先 勤務先名 所属会社 組織名 団体名 会社団体名 カイシャ名 "
           "companyname",
           ("例：株式会社サンプル商事", "For example: Sample Trading Co., Ltd."), required=True),
    Column("department", "部署", "Department", "text", LINE, 18, "部署名 所属 所属部署 部門 部課名 division dept"),
    Column("title", "役職", "Title", "text", LINE, 14, "肩書 肩書き 役職名 職位 jobtitle position"),
    Column("family_name", "姓", "Family name", "text", LINE, 10, "氏 苗字 名字 お名前姓 氏名姓 lastname surname",
           required=True),
    Column("given_name", "名", "Given name", "text", LINE, 10, "お名前名 氏名名 firstname"),
    Column("family_name_kana", "セイ", "Family name kana", "kana", LINE, 12,
           "せい 姓カナ 姓かな 姓フリガナ 姓ふりがな フリガナ姓 lastnamekana"),
    Column("given_name_kana", "メイ", "Given name kana", "kana", LINE, 12,
           "めい 名カナ 名かな 名フリガナ 名ふりがな フリガナ名 firstnamekana"),
    Column("email", "メールアドレス", "Email", "email", EMAIL, 30,
           "メール mail eメール eメールアドレス 電子メール 電子メールアドレス メアド emailアドレス "
           "emailaddress mailaddress",
           ("例：taro.yamada@example.jp", "For example: taro.yamada@example.jp")),
    Column("phone", "電話番号", "Phone", "phone", 40, 16,
           "電話 tel tel番号 固定電話 代表電話 会社電話 会社電話番号 勤務先電話番号 phonenumber telephone",
           ("例：03-1234-5678。ハイフンはなくても同じです", "For example: 03-1234-5678, with or without hyphens")),
    Column("mobile", "携帯電話", "Mobile", "phone", 40, 16, "携帯 携帯電話番号 携帯番号 mobilephone cell cellphone"),
    Column("postal_code", "郵便番号", "Postal code", "postal_code", 0, 11, "〒 郵便 zip zipcode postcode",
           ("例：100-0001", "For example: 100-0001")),
    Column("prefecture", "都道府県", "Prefecture", "prefecture", 20, 11, "県 都道府県名"),
    Column("address", "住所", "Address", "text", ADDRESS, 36, "所在地 会社住所 勤務先住所 市区町村以下"),
    Column("industry", "業種", "Industry", "text", LINE, 14, "業界 業種名"),
    Column("source", "リードソース", "Lead source", "source", 0, 16, "ソース 獲得経路 流入元", CHOOSE),
    Column("owner_id", "リード担当者", "Lead owner", "owner", 0, 24, "リードオーナー 自社担当 自社担当者 owner",
           ("一覧から選ぶか、ログインIDを書きます", "Choose from the list, or write the login")),
    Column("stage", "リードステージ", "Lead stage", "stage", 0, 14, "ステージ", CHOOSE),
    Column("member_status", "メンバー状況", "Member status", "member_status", 0, 14,
           "メンバーステータス 参加状況 出欠 出欠状況",
           (f"{CHOOSE[0]}。{HISTORYS[0]}", f"{CHOOSE[1]}. {HISTORYS[1]}")),
    Column("responded_on", "反応日", "Responded on", "date", 0, 12,
           "参加日 参加日時 来場日 来場日時 申込日 申込日時 回答日 受付日 responsedate",
           (f"例：2026/10/28。{HISTORYS[0]}", f"For example: 2026-10-28. {HISTORYS[1]}")),
    Column("survey", "アンケート", "Survey", "long_text", LINES, 24, "アンケート回答 アンケート結果 questionnaire",
           HISTORYS),
    Column("temperature", "温度感", "Temperature", "temperature", 0, 8, "温度 見込み度 ランク", CHOOSE),
    Column("note", "備考", "Note", "long_text", LINES, 30, "メモ コメント 特記事項 notes memo remarks",
           ("リスト更新では共有メモ、リスト登録ではキャンペーンの備考です",
            "The shared memo in a list update; the campaign's note in a registration")),
    Column("do_not_call", "架電禁止", "Do not call", "flag", 0, 9, "電話禁止 電話不可 dnc", CIRCLE),
    Column("do_not_mail", "メール禁止", "Do not mail", "flag", 0, 9, "メール不可 メール配信禁止 配信停止", CIRCLE),
    Column("full_name", "氏名", "Name", "full_name", LINE, 20,
           "名前 お名前 御名前 担当者 ご担当者 担当者名 ご担当者名 来場者名 参加者名 ご氏名 フルネーム fullname",
           read_only=True),
    Column("full_name_kana", "フリガナ", "Name kana", "full_name_kana", LINE, 20,
           "ふりがな 氏名カナ 氏名かな 氏名フリガナ お名前フリガナ お名前カナ カナ カナ氏名", read_only=True),
)
# fmt: on

NOTHING: Mapping[str, str] = {}
BY_CODE: dict[str, Column] = {column.code: column for column in LAYOUT}
WRITTEN: tuple[Column, ...] = tuple(column for column in LAYOUT if not column.read_only)
_SURVEY_QUESTION = re.compile(r"アンケート\s*[:：\-‐―ー]")
_IGNORED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\-_‐―.,・:/()\[\]{}【】「」<>*＊●※#]+")
_DECORATION = re.compile(r"(?:必須|任意|required|optional)$")
# Words at the end of a header that say nothing more: how it is written, the first of several, and for ways to reach
# somebody, where.
_ENDING = re.compile(r"(?:漢字|正式名称|必須|任意|全角|半角|代表|会社|勤務先|(?<!\d)1)$")
_PLACES = {"代表", "会社", "勤務先"}
_WAYS = {"email", "phone", "mobile", "postal_code", "prefecture", "address"}


def plain(header: str) -> str:
    """A header as it is compared: without width, case, spaces, punctuation and the word 必須."""
    compact = _IGNORED.sub("", unicodedata.normalize("NFKC", header)).casefold()
    return _DECORATION.sub("", compact) or compact


def names_of(column: Column) -> set[str]:
    """Every header that means the column, as compared."""
    return {plain(name) for name in (column.code, column.ja, column.en, *column.synonyms.split())}


_BY_NAME: dict[str, Column] = {name: column for column in LAYOUT for name in names_of(column)}


def column_of(header: str) -> Column | None:
    """The column that a header means, or None."""
    if column := _BY_NAME.get(plain(header)):
        return column
    return BY_CODE["survey"] if _SURVEY_QUESTION.match(header.strip()) else None


def columns_of(names: Sequence[str], remembered: Mapping[str, str] = NOTHING) -> dict[int, Column]:
    """The columns that a row of headers means, by place, to somebody who told the meaning of some (plain name → code,
    "" for none). What a longer name seems to mean, such as 電話番号（代表）, holds if no other column means it."""
    found: dict[int, Column] = {}
    near: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if not name or name.isspace():
            continue
        code = remembered.get(plain(name)) if remembered else None
        if column := column_of(name) if code is None else BY_CODE.get(code):
            found[at] = column
        elif code is None and (column := nearly(name)):
            near.setdefault(column.code, []).append(at)
    taken = {column.code for column in found.values()}
    return found | {places[0]: BY_CODE[code] for code, places in near.items() if len(places) == 1 and code not in taken}


def nearly(header: str) -> Column | None:
    """The column that a header means but for words at its end that say nothing more, or None."""
    name, where = plain(header), False
    while ending := _ENDING.search(name):
        name = name[: ending.start()]
        where = where or ending.group() in _PLACES
        if column := _BY_NAME.get(name):
            return column if not where or column.code in _WAYS else None
    return None


def letter(index: int) -> str:
    """The spreadsheet's name of a column counted from 0: A, B, …, Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_in(cell: str) -> str:
    """H of H12."""
    return cell.rstrip("0123456789")


def row_in(cell: str) -> str:
    return cell.removeprefix(column_in(cell))
