"""Why a file is refused: one exception with a code and the words for the person, in Japanese and English."""


class Refused(Exception):
    """A file that cannot be read as a list. `code` is for machines, `ja` and `en` say what is wrong and what helps."""

    def __init__(self, code: str, ja: str, en: str):
        super().__init__(f"{code}: {en}")
        self.code = code
        self.ja = ja
        self.en = en


def not_a_workbook(ja: str = "", en: str = "") -> Refused:
    return Refused(
        "not_a_workbook",
        "このファイルはExcelブック（.xlsx）ではありません。"
        + (ja or "Excelで開いて「名前を付けて保存」で .xlsx を選び、もう一度お試しください。"),
        f"This file is not an Excel workbook (.xlsx). {en or 'Open it in Excel, save it as .xlsx, and try again.'}",
    )


def damaged(detail: str = "") -> Refused:
    ja, en = (f"（{detail}）", f" ({detail})") if detail else ("", "")
    return Refused(
        "damaged",
        f"ファイルが壊れているか、途中で切れています{ja}。Excelで開いて保存し直し、もう一度お試しください。",
        f"The file is damaged or cut short{en}. Open it in Excel, save it again, and try once more.",
    )


def encrypted() -> Refused:
    return Refused(
        "encrypted",
        "パスワードで保護されたファイルは読めません。パスワードを解除して保存し直してください。",
        "A file protected by a password cannot be read. Remove the password, save it, and try again.",
    )


def old_xls() -> Refused:
    return Refused(
        "old_xls",
        "古い形式（.xls）のファイルは読めません。Excelで開いて .xlsx で保存し直してください。",
        "The old .xls format is not read. Open the file in Excel and save it as .xlsx.",
    )


def too_large(ja: str, en: str) -> Refused:
    return Refused("too_large", ja, en)


def bomb(ja: str, en: str) -> Refused:
    return Refused(
        "bomb",
        f"安全のため、このファイルは開きません。{ja}",
        f"For safety this file is not opened. {en}",
    )
