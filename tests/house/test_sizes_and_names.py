"""Files and functions that fit a head, under names that say what they are."""

import ast
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files, python_files

LONGEST = {".py": 300, ".js": 300, ".css": 400, ".html": 100}
FUNCTION = 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "services", "app", "misc", "import"}


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("suffix", LONGEST)
def test_no_file_is_too_long(suffix: str) -> None:
    measured = [
        file for file in files() if file.suffix == suffix and "versions" not in file.parts
    ]  # generated migrations
    lengths = {shown(file): len(file.read_text().splitlines()) for file in measured}
    assert {name: length for name, length in lengths.items() if length > LONGEST[suffix]} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for file in python_files("chassis", "contracts", "gateway", "services", "deploy"):
        if "versions" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION:
                    long[f"{shown(file)}:{node.name}"] = length
    assert long == {}


def test_no_module_has_a_vague_name() -> None:
    product = python_files("chassis", "contracts", "gateway", "services", "deploy")
    assert [shown(file) for file in product if file.stem in VAGUE] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for file in python_files("chassis", "contracts", "gateway", "services", "deploy", "bench"):
        tree = ast.parse(file.read_text())
        if tree.body and not ast.get_docstring(tree):
            silent.append(shown(file))
    assert silent == []


def test_no_host_of_a_package_registry_and_no_path_of_a_machine_is_written_anywhere() -> None:
    # Written in two halves, so that this file passes its own test.
    forbidden = ["pypi" + ".org", "python" + "hosted", "deb." + "debian", "npm" + "js.", "/ho" + "me/", "/wo" + "rk/"]
    found = []
    for file in files():
        try:
            content = file.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{shown(file)}: {word}" for word in forbidden if word in content]
    assert found == []
