"""`python3 -m deploy.bootstrap run|test|screenshots|check|bench|reset`: what the Makefile calls, with only Python here.

Makes the virtual environment from the lock, collects what the gateway serves, brings in Debian's packages that tests
need (where we may), and goes on inside the environment. A step whose ingredients have not changed is skipped.
Standard library only, and no newer syntax than what lets an old Python say that it is too old.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy import debian

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = ROOT / "requirements-development.lock"
OLDEST = (3, 11)


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    if sys.version_info < OLDEST:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version}. Name another: make PYTHON=python3.13 run")
    os.chdir(ROOT)
    make_environment()
    collect_assets()
    COMMANDS[sys.argv[1]](sys.argv[2:])


# -- steps -------------------------------------------------------------------------------------------------------------


def make_environment() -> None:
    stamp = ENVIRONMENT / "made-of"
    ingredients = _digest([LOCK], sys.version)
    if _is(stamp, ingredients):
        return
    print("Making the virtual environment (.venv)", flush=True)
    if not _works():
        if importlib.util.find_spec("ensurepip") is None:
            if not debian.may_install():
                sys.exit("This Python cannot make virtual environments. On Debian: apt-get install python3-venv")
            debian.install("python3-venv")
        _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*command, "--require-hashes", "--requirement", str(LOCK)])
    stamp.write_text(ingredients)


def collect_assets() -> None:
    stamp = ROOT / "gateway" / "static" / "vendor" / "made-of"
    folder = ROOT / "deploy" / "assets"
    sources = sorted([*folder.glob("*.*"), *ROOT.glob("gateway/translations/*/LC_MESSAGES/*.po")])
    ingredients = _digest(sources)
    complete = all(path.with_suffix(".mo").exists() for path in sources if path.suffix == ".po")
    if _is(stamp, ingredients) and complete:
        return
    print("Collecting scripts, compiling translations", flush=True)
    _run([str(PYTHON), "-m", "deploy.assets"])
    stamp.write_text(ingredients)


def bring_in_test_packages() -> None:
    """A browser, Japanese letters for its screenshots, and a broker, unless there is another way to one."""
    wanted = []
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        wanted.append("chromium")
    if not shutil.which("git"):
        wanted.append("git")  # the house rules look at what is versioned
    if not any(Path("/usr/share/fonts").rglob("NotoSansCJK*")):
        wanted.append("fonts-noto-cjk")
    broker_elsewhere = "TSUNAGI_TEST_BROKER_URL" in os.environ or Path("/var/run/docker.sock").exists()
    if not broker_elsewhere and not shutil.which("rabbitmq-server"):
        wanted.append("rabbitmq-server")
    if not wanted:
        return
    if not debian.may_install():
        print(f"Not installed, and not ours to install: {', '.join(wanted)}. Tests that need them will say so.")
        return
    debian.install(*wanted)
    if "rabbitmq-server" in wanted:
        debian.disable_service("rabbitmq-server")


# -- commands ----------------------------------------------------------------------------------------------------------


def run(arguments: list) -> None:
    os.execv(PYTHON, [str(PYTHON), "-m", "deploy.local", "run", *arguments])


def reset(arguments: list) -> None:
    os.execv(PYTHON, [str(PYTHON), "-m", "deploy.local", "reset", *arguments])


def test(arguments: list) -> None:
    bring_in_test_packages()
    tests = _pytest(arguments) if arguments else [str(PYTHON), "-m", "deploy.testing"]
    _all_of([_tool("ruff", "check"), _tool("ruff", "format", "--check"), _tool("lint-imports"), tests])


def screenshots(arguments: list) -> None:
    bring_in_test_packages()
    os.environ["TSUNAGI_SCREENSHOTS"] = str(ROOT / "screenshots")
    _all_of([_pytest(["tests/browser/test_every_page.py", "tests/browser/test_english.py", *arguments])])
    print("The pictures are in screenshots/.")


def check(_arguments: list) -> None:
    mypy = _tool("mypy", "chassis", "contracts", "gateway", "deploy", "tests", "services", "bench")
    _all_of([_tool("ruff", "check"), _tool("ruff", "format", "--check"), mypy, _tool("lint-imports")])


def bench(arguments: list) -> None:
    scripts = [Path(name) for name in arguments] or sorted((ROOT / "bench").glob("*.py"))
    _all_of([[str(PYTHON), "-m", "bench." + path.stem] for path in scripts if path.stem != "__init__"])


COMMANDS = {"run": run, "reset": reset, "test": test, "screenshots": screenshots, "check": check, "bench": bench}


# -- tools -------------------------------------------------------------------------------------------------------------


def _tool(name: str, *arguments: str) -> list:
    return [str(ENVIRONMENT / "bin" / name), *arguments]


def _pytest(arguments: list) -> list:
    return [str(PYTHON), "-m", "pytest", *arguments]


def _all_of(commands: list) -> None:
    """Run all of them; fail if one of them did."""
    failed = []
    for command in commands:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        print("$ " + shown, flush=True)
        if subprocess.call(command):
            failed.append(shown)
    if failed:
        sys.exit("Failed: " + "; ".join(failed))


def _run(command: list) -> None:
    code = subprocess.call(command)
    if code:
        sys.exit("This failed: " + " ".join(command))


def _works() -> bool:
    """Whether there is an environment of this very Python."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import pip, sys; print(sys.version)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version


def _digest(paths: list, *more: str) -> str:
    digest = hashlib.sha256("\n".join(more).encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _is(stamp: Path, ingredients: str) -> bool:
    return stamp.exists() and stamp.read_text() == ingredients


if __name__ == "__main__":
    main()
