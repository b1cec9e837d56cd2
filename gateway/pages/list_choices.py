"""What is chosen with a list at upload about leads that are known: by field in リスト登録, blanks in リスト更新."""

import json

from flask import request
from flask_babel import gettext

from .forms import text
from .lead_fields import field_names

# The fields of a lead that a registration may write, in the order of the list layout.
FIELDS = (
    *("company", "department", "title", "family_name", "given_name", "family_name_kana", "given_name_kana", "email"),
    *("phone", "mobile", "postal_code", "prefecture", "address", "industry", "source", "owner_id", "stage"),
    *("temperature", "do_not_call", "do_not_mail"),
)
NEVER_BLANK = ("stage",)


def choices() -> list[tuple[str, str]]:
    return [
        ("keep", gettext("変えない")),
        ("fill", gettext("空欄だけ補う")),
        ("file", gettext("ファイルの値にする")),
    ]


def known_fields() -> list[tuple[str, str]]:
    """Code and name of each."""
    names = field_names()
    return [(code, names.get(f"person.{code}") or names[code]) for code in FIELDS]


def sent() -> dict[str, str]:
    """The form's choices as the import service takes them. A field without a choice of its own follows the common
    one."""
    mode = {"mode": "plan"} if text("mode") == "plan" else {}
    if text("kind") == "update":
        return mode | ({"erase_blanks": "true"} if text("erase_blanks") else {})
    common = text("overwrite") or "keep"
    chosen = {code: request.form.get(f"overwrite.{code}") or common for code in FIELDS}
    chosen |= {code: "keep" for code in NEVER_BLANK if chosen[code] == "fill"}
    wished = {code: choice for code, choice in chosen.items() if choice != "keep"}
    return mode | ({"overwrite": json.dumps(wished)} if wished else {})
