"""`python -m deploy.testing`: all tests, folder by folder, some folders at a time: much of a test is waiting.

Every folder is a pytest of its own with servers of its own, so nothing of one meets anything of another; what it says
is shown when it has ended.
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
LONGEST = ("browser", "import", "lead", "faults", "opportunity", "gateway")
GIVEN_SERVERS = ("TSUNAGI_TEST_POSTGRES_URL", "TSUNAGI_TEST_BROKER_URL")
MOST = 4  # each may have a house and a browser in memory


def main() -> int:
    wrong = []
    pool = ThreadPoolExecutor(at_a_time(os.environ))
    try:
        for ended in as_completed([pool.submit(run, folder) for folder in folders(TESTS)]):
            folder, code, said = ended.result()
            print(said, flush=True)
            if code:
                wrong.append(folder.name)
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C, which those at work have heard too
    if wrong:
        print("Wrong in tests/" + ", tests/".join(wrong))
    return len(wrong)


def folders(tests: Path) -> list[Path]:
    """Whatever in `tests` has tests in it, in the order in which it begins."""
    names = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    places = {name: place for place, name in enumerate(LONGEST)}
    return [tests / name for name in sorted(names, key=lambda name: (places.get(name, len(places)), name))]


def at_a_time(environment: Mapping[str, str]) -> int:
    """One more than there are processors; on given servers one, as a house wants a broker for itself."""
    if any(name in environment for name in GIVEN_SERVERS):
        return 1
    return min(MOST, (os.cpu_count() or 1) + 1)


def run(folder: Path) -> tuple[Path, int, str]:
    """The folder, its pytest's exit code, and what it said."""
    print(f"tests/{folder.name} begins", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(folder)],
        cwd=TESTS.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = f"{time.monotonic() - began:.0f} s"
    return folder, done.returncode, f"\n---- tests/{folder.name}, {took} ----\n{done.stdout}"


if __name__ == "__main__":
    sys.exit(main())
