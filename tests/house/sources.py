"""The house's own files, as git knows them (tracked, or new and not ignored)."""

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@lru_cache
def files() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Python files in these top folders (all folders if none is named)."""
    return [
        file for file in files() if file.suffix == ".py" and (not folders or file.relative_to(ROOT).parts[0] in folders)
    ]
