"""`python -m deploy.testing`: all tests, folder by folder, some folders at a time: much of a test is waiting.

Every folder is a pytest of its own with servers of its own, so nothing of one meets anything of another; what it says
is shown when it has ended. The longest folder is two parts: its rest would go on alone when all others have ended.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
# What takes longest begins first, so that nothing long is left over at the end.
LONGEST = ("browser", "import", "lead", "every page", "faults", "opportunity", "gateway")
EVERY_PAGE = ("browser/test_every_page.py", "browser/test_english.py")
GIVEN_SERVERS = ("TSUNAGI_TEST_POSTGRES_URL", "TSUNAGI_TEST_BROKER_URL")
MOST = 4  # each may have a house and a browser in memory


def main() -> int:
    wrong = []
    pool = ThreadPoolExecutor(at_a_time(os.environ))
    try:
        for ended in as_completed([pool.submit(run, name, files) for name, files in parts(TESTS).items()]):
            name, code, said = ended.result()
            print(said, flush=True)
            if code:
                wrong.append(name)
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C, which those at work have heard too
    if wrong:
        print("Wrong: " + ", ".join(wrong))
    return len(wrong)


def parts(tests: Path) -> dict[str, list[Path]]:
    """Every file with tests, by the part that it belongs to, in the order in which parts begin."""
    found: dict[str, list[Path]] = {name: [] for name in LONGEST}
    for path in sorted(tests.rglob("test_*.py")):
        place = path.relative_to(tests)
        found.setdefault("every page" if str(place) in EVERY_PAGE else place.parts[0], []).append(path)
    return {name: files for name, files in found.items() if files}


def at_a_time(environment: Mapping[str, str]) -> int:
    """One more than there are processors; on given servers one, as a house wants a broker for itself."""
    if any(name in environment for name in GIVEN_SERVERS):
        return 1
    return min(MOST, (os.cpu_count() or 1) + 1)


def run(name: str, files: list[Path]) -> tuple[str, int, str]:
    """The part's name, its pytest's exit code, and what it said."""
    print(f"{name} begins", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, files)],
        cwd=TESTS.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = f"{time.monotonic() - began:.0f} s"
    return name, done.returncode, f"\n---- {name}, {took} ----\n{done.stdout}"


if __name__ == "__main__":
    sys.exit(main())
