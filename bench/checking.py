"""Checking rows: what an import worker does with each row once it is read, on one processor.

    python -m bench.checking

Rows a second of processor time, and the ratio to merely normalising the same cells (NFKC) in the same run.
"""

import time
import unicodedata
from collections.abc import Callable
from importlib import import_module

ROWS, BATCH = 20_000, 2_000
# "import" is a word of Python.
checks, header = import_module("services.import.checks"), import_module("services.import.header")
CELLS = {
    "company": "株式会社サンプル", "department": "営業部", "title": "課長", "family_name": "山田",
    "given_name": "太郎", "family_name_kana": "やまだ", "given_name_kana": "ﾀﾛｳ", "email": "taro@example.jp",
    "phone": "03-1234-5678", "mobile": "9012345678", "postal_code": "〒100-0001", "prefecture": "東京都",
    "address": "千代田区千代田1-1", "stage": "未対応", "owner_id": "石田 勇 <isamu>",
    "responded_on": "2026-10-28", "temperature": "A", "do_not_call": "○",
}  # fmt: skip


def rows() -> list[list[str]]:
    """Nobody has another's address or number."""
    own = ({"email": f"taro{at}@example.jp", "phone": f"03-{at // 10_000:04}-{at % 10_000:04}"} for at in range(ROWS))
    return [list((CELLS | cells).values()) for cells in own]


def took(act: Callable[[], object]) -> float:
    """Seconds of this process."""
    started = time.process_time()
    act()
    return time.process_time() - started


def main() -> None:
    users = (checks.KnownUser(3, "isamu", "石田 勇", True),)
    choices = {
        "stage": (checks.KnownChoice("open", "未対応", "open"),),
        "temperature": (checks.KnownChoice("A", "A"),),
    }
    found = header.Header(1, tuple(header.HeaderCell(at, code, code) for at, code in enumerate(CELLS)), ())
    checker, read = checks.Checker(found, "invited", checks.Known(users, choices)), rows()
    batches = [read[start : start + BATCH] for start in range(0, ROWS, BATCH)]
    assert not checker.check([1], read[:1]).reasons
    checking = took(lambda: [checker.check(range(BATCH), batch) for batch in batches])
    normalising = took(lambda: [unicodedata.normalize("NFKC", cell) for row in read for cell in row])
    print(f"{ROWS / checking:,.0f} rows of {len(CELLS)} columns/s; {checking / normalising:.1f} × normalising alone")


if __name__ == "__main__":
    main()
