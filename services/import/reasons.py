"""Why a cell or a row was refused, or what was noticed about it: codes, and the words for them in both languages.

A reason is kept as {field, code, column, value, …} and put into words when somebody reads it, in the reader's language,
so it always names sheet, row, column and value.
"""

from collections.abc import Mapping

from chassis import contacts

from .columns import BY_CODE, letter

Reason = dict[str, str]
SHOWN_VALUE = 60

# code -> (Japanese, English); {value} is the cell, {more} what helps.
WORDS: dict[str, tuple[str, str]] = {
    "required": ("姓がありません。", "The family name is missing."),
    "no_key": (
        "メールアドレス・電話番号・会社名のどれもありません。どれか1つを書いてください。",
        "There is no email, phone or company. Write at least one of them.",
    ),
    "no_lead_id": (
        "リードIDも姓もないため、更新するリードを探せません。",
        "Without a lead ID or a family name the lead to update cannot be found.",
    ),
    **{code: (ja, en) for code, ja, en in contacts.WORDS.values()},
    "bad_email": (
        "「{value}」はメールアドレスとして読めません。1つだけ書いてください。例：taro.yamada@example.jp",
        "“{value}” is not an email address. Write one alone, for example: taro.yamada@example.jp",
    ),
    "bad_phone": (
        "「{value}」は電話番号として読めません。市外局番から1つだけ書いてください。例：03-1234-5678",
        "“{value}” is not a phone number. Write one alone with its area code, for example: 03-1234-5678",
    ),
    "phone_as_number": (
        "「{value}」は数値になっていて、電話番号の桁が残っていません。セルの表示形式を「文字列」にしてから、"
        "番号を入力し直してください。例：03-1234-5678",
        "“{value}” has become a number and lost the digits of a phone number. Format the cell as text, then write the "
        "number again, for example: 03-1234-5678",
    ),
    "bad_postal_code": (
        "「{value}」は7桁の郵便番号として読めません。例：100-0001",
        "“{value}” is not a postal code of 7 digits. For example: 100-0001",
    ),
    "bad_date": (
        "「{value}」は日付として読めません。例：2026/10/28",
        "“{value}” is not a date. For example: 2026-10-28",
    ),
    "bad_number": (
        "「{value}」は番号として読めません。出力されたままの値にしてください。",
        "“{value}” is not a number. Leave it as it was exported.",
    ),
    "bad_flag": (
        "「{value}」は読めません。禁止するなら ○、しないなら空白にしてください。",
        "“{value}” is not understood. Write ○ for yes, or leave it blank.",
    ),
    "unknown_owner": ("「{value}」というユーザーはいません。", "There is no user “{value}”."),
    "inactive_owner": ("「{value}」は利用停止中のユーザーです。", "“{value}” is an inactive user."),
    "ambiguous_owner": (
        "「{value}」というユーザーが複数います。ログインIDで書いてください。",
        "Several users are called “{value}”. Write the login.",
    ),
    "unknown_choice": ("「{value}」は選択肢にありません。{more}", "“{value}” is not one of the choices. {more}"),
    "set_by_conversion": (
        "「{value}」は案件化によってだけ設定されます。",
        "“{value}” is set by conversion alone.",
    ),
    "too_long": ("文字が長すぎます（上限 {more} 文字）。「{value}」", "The text is too long (limit {more}): “{value}”"),
    "formula_error": (
        "「{value}」は数式のエラーのため、この項目は取り込みません。",
        "“{value}” is the error of a formula; this cell is not taken in.",
    ),
    "formula_not_calculated": (
        "数式の計算結果がファイルにないため、この項目は取り込みません。Excelで開いて上書き保存すると、計算結果が入ります。",
        "The file does not have the value of this formula; this cell is not taken in. Open and save it in Excel once.",
    ),
    "name_not_split": (
        "「{value}」は姓と名の間に空白がないため、全体を姓にしました。",
        "“{value}” has no space between family and given name; all of it was taken as the family name.",
    ),
    "not_settled": (
        "この行の結果が届きませんでした。もう一度登録してください。",
        "No outcome arrived for this row. Register it again.",
    ),
}

# Cells that a reason of a whole row speaks of.
ABOUT = {"no_key": ("company", "email", "phone", "mobile")}


def cells_of(kept: Reason) -> tuple[str, ...]:
    """The fields whose cells are wrong; none where the whole row is."""
    field = kept.get("field", "")
    return (field,) if field else ABOUT.get(kept.get("code", ""), ())


def reason(field: str, code: str, value: str = "", **more: str) -> Reason:
    """A reason as it is kept."""
    shown = " ".join(value.split())
    short = shown if len(shown) <= SHOWN_VALUE else shown[:SHOWN_VALUE] + "…"
    return {"field": field, "code": code, "value": short, **more}


def with_value(kept: Reason, headers: Mapping[str, object], cells: Mapping[str, str]) -> Reason:
    """A kept reason with the value of its cell: another service that gave it does not know what the file wrote, nor
    whether it wrote 姓 and 名 in one cell."""
    field = kept.get("field", "")
    if field == "family_name" and field not in headers and "full_name" in headers:
        field = "full_name"
    return reason(field, kept.get("code", ""), kept.get("value") or cells.get(field, "").strip()) | {
        name: value for name, value in kept.items() if name not in ("field", "value")
    }


def said(kept: Reason, language: str) -> str:
    """What is wrong, without the place: as the note of a cell says it."""
    english = language == "en"
    words = WORDS.get(kept.get("code", ""))
    if words is None:  # a reason given by another service, in its own words
        text = kept.get("en" if english else "ja") or kept.get("message") or kept.get("code", "")
        if kept.get("value"):
            text = f"“{kept['value']}”: {text}" if english else f"「{kept['value']}」：{text}"
        return text
    more = kept.get("more_en" if english else "more_ja", kept.get("more", ""))
    return words[1 if english else 0].format(value=kept.get("value", ""), more=more).strip()


def message(kept: Reason, sheet: str, row: int, headers: dict[str, tuple[int, str]], language: str) -> str:
    """The words of a kept reason: place, then what is wrong. `headers`: code -> (column index, the file's name)."""
    english = language == "en"
    field = kept.get("field", "")
    place = f"Sheet “{sheet}”, row {row}" if english else f"シート「{sheet}」{row}行目"
    if field in headers:
        index, name = headers[field]
        place += f", “{name}” ({letter(index)}{row})" if english else f"「{name}」（{letter(index)}{row}）"
    elif field in BY_CODE:
        place += f", {BY_CODE[field].en}" if english else f"「{BY_CODE[field].ja}」"
    return f"{place}: {said(kept, language)}"
