"""Why a file is refused: one exception with a code and the words for the person, in Japanese and English."""


class Refused(Exception):
    """A file that cannot be read as a list. `code` is for machines, `ja` and `en` say what is wrong and what helps;
    `detail` is for who looks for the reason."""

    def __init__(self, code: str, ja: str, en: str, detail: str = ""):
        super().__init__(f"{code}: {detail or en}")
        self.code = code
        self.ja = ja
        self.en = en


def not_a_workbook(ja: str = "", en: str = "") -> Refused:
    return Refused(
        "not_a_workbook",
        "このファイルはExcelブック（.xlsx）でもCSVでもありません。"
        + (ja or "Excelで開いて「名前を付けて保存」で .xlsx を選び、もう一度お試しください。"),
        "This file is neither an Excel workbook (.xlsx) nor CSV. "
        + (en or "Open it in Excel, save it as .xlsx, and try again."),
    )


OTHER_FORMATS = {
    "pdf": (
        "PDFは読めません。元になったExcelブック（.xlsx）かCSVを登録してください。",
        "A PDF is not read. Register the Excel workbook (.xlsx) or the CSV that it was made of.",
    ),
    "numbers": (
        "Numbersのファイルは読めません。Numbersの「ファイル」→「書き出す」→「Excel」で .xlsx にしてから、"
        "もう一度お試しください。",
        "A Numbers file is not read. In Numbers choose File → Export To → Excel (.xlsx), and try again.",
    ),
    "ods": (
        "OpenDocument形式（.ods・.fods）のファイルは読めません。「名前を付けて保存」で .xlsx を選んで保存し、"
        "もう一度お試しください。",
        "An OpenDocument file (.ods, .fods) is not read. Save it as .xlsx, and try again.",
    ),
    **{
        name.lower(): (
            f"{name}形式のファイルは読めません。ExcelかLibreOfficeで開き、「名前を付けて保存」で .xlsx を選んで保存し、"
            "もう一度お試しください。",
            f"A {name} file is not read. Open it in Excel or LibreOffice, save it as .xlsx, and try again.",
        )
        for name in ("DIF", "SYLK")
    },
    "xlsb": (
        "バイナリ形式（.xlsb）のファイルは読めません。Excelで開き、「名前を付けて保存」でファイルの種類を"
        "「Excel ブック (*.xlsx)」にして保存し、もう一度お試しください。",
        "The binary .xlsb format is not read. Open the file in Excel, choose “Save As” and “Excel Workbook (*.xlsx)”, "
        "and try again.",
    ),
}


def other_format(name: str) -> Refused:
    return Refused("other_format", *OTHER_FORMATS[name], name)


def no_text(row: int, is_below: bool = False) -> Refused:
    """`is_below`: somewhere below this row."""
    where, place = ("より下", "Below row") if is_below else ("", "In row")
    return Refused(
        "no_text",
        f"{row}行目{where}に文字として読めないデータ（NUL）があります。"
        "Excelで開き、その行を直して .xlsx で保存し直してください。",
        f"{place} {row} there is data that is no text (NUL). "
        "Open the file in Excel, mend that row, and save it as .xlsx.",
    )


def damaged(detail: str = "") -> Refused:
    return Refused(
        "damaged",
        "ファイルが壊れているか、途中で切れています。元のファイルをコピーし直すか、Excelで開いて保存し直してから、"
        "もう一度お試しください。",
        "The file is damaged or cut short. Copy the original again, or save it anew in Excel, and try once more.",
        detail,
    )


def encrypted() -> Refused:
    return Refused(
        "encrypted",
        "パスワードで保護されたファイルは読めません。Excelで開き、「ファイル」→「情報」→「ブックの保護」→"
        "「パスワードを使用して暗号化」でパスワードを空にして保存し、もう一度お試しください。",
        "A file protected by a password cannot be read. Open it in Excel, empty the password under File → Info → "
        "Protect Workbook → Encrypt with Password, save it, and try again.",
    )


def old_xls() -> Refused:
    return Refused(
        "old_xls",
        "古い形式（.xls）のファイルは読めません。Excelで開き、「名前を付けて保存」でファイルの種類を"
        "「Excel ブック (*.xlsx)」にして保存し、もう一度お試しください。",
        "The old .xls format is not read. Open the file in Excel, choose “Save As” and “Excel Workbook (*.xlsx)”, "
        "and try again.",
    )


def too_large(ja: str, en: str) -> Refused:
    return Refused("too_large", ja, en)


def too_many_rows(most: int) -> Refused:
    return too_large(
        f"行が多すぎます（上限 {most:,} 行）。分けて登録してください。",
        f"The list has too many rows (limit {most:,}). Split it and register the parts.",
    )


def too_many_columns(row: int, most: int) -> Refused:
    return Refused(
        "too_many_columns",
        f"{row}行目の列が多すぎます（上限 {most} 列）。リストより右の列を削除して保存し直してください。",
        f"Row {row} has too many columns (limit {most}). Delete the columns beyond the list and save it again.",
    )


def no_visible_sheet() -> Refused:
    return Refused(
        "no_sheet",
        "表示されているシートがありません。リストのシートを再表示して保存し直してください。",
        "The workbook has no visible sheet. Unhide the sheet with the list and save it again.",
    )


def encoding(row: int) -> Refused:
    return Refused(
        "encoding",
        f"文字コードがUTF-8でもShift_JIS（CP932）でもありません（{row}行目付近に読めない文字があります）。"
        "Excelで開き、「CSV UTF-8」か .xlsx で保存し直してください。",
        f"The text is neither UTF-8 nor Shift_JIS (CP932): around row {row} there is a character that cannot be read. "
        "Open it in Excel and save it as “CSV UTF-8” or as .xlsx.",
    )


def broken_utf8(row: int) -> Refused:
    return Refused(
        "encoding",
        f"UTF-8の文字が壊れています（{row}行目付近に読めない文字があります）。"
        "元のシステムから出力し直すか、Excelで開いてこの行を直し、「CSV UTF-8」か .xlsx で保存し直してください。",
        f"The text is UTF-8, but broken: around row {row} there is a character that cannot be read. Export it anew, or "
        "open it in Excel, mend this row, and save it as “CSV UTF-8” or as .xlsx.",
    )


def open_quote(row: int) -> Refused:
    return Refused(
        "open_quote",
        f'{row}行目で始まる引用符（"）が閉じられていないか、この行が長すぎます。この行を直して保存し直してください。',
        f'A quote (") that begins in row {row} is not closed, or the row is too long. Mend this row and save it again.',
    )


def bomb(ja: str, en: str, detail: str = "") -> Refused:
    return Refused(
        "bomb",
        f"安全のため、このファイルは開きません。{ja}リストの範囲だけを新しいブックに貼り付けて保存し、"
        "もう一度お試しください。",
        f"For safety this file is not opened. {en} Paste the list alone into a new workbook, save it, and try again.",
        detail,
    )


def too_costly(detail: str) -> Refused:
    return bomb(
        "読み取りに必要なメモリか時間が上限を超えました。",
        "Reading it needs more memory or time than allowed.",
        detail,
    )
