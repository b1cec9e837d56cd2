"""Who may use what is said at the door, the transaction is opened there, and nobody else ends it."""

import ast

import pytest
from flask import Flask

from chassis.service import NAMES, load
from chassis.settings import SERVICES
from chassis.web import create_app
from tests.house.sources import ROOT, python_files


@pytest.fixture(scope="module", params=NAMES)
def app(request: pytest.FixtureRequest) -> Flask:
    return create_app(load(request.param))


def test_every_route_names_who_may_use_it(app: Flask) -> None:
    unnamed = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static") and not getattr(app.view_functions[rule.endpoint], "allow", None)
    ]
    assert unnamed == []


def test_every_address_is_a_noun() -> None:
    verbs = {"create", "update", "delete", "assign", "convert", "merge", "register", "get", "list", "edit", "save"}
    wrong = []
    for name in NAMES:
        for route in load(name).routes.declared:
            wrong += [f"{route.method} {route.path}" for part in route.path.split("/") if part in verbs]
    assert wrong == []


def test_only_the_chassis_commits() -> None:
    """One request or one message is one transaction, which the door opens."""
    found = []
    for file in python_files("gateway", "services"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_nobody_imports_a_service_from_outside_and_services_import_their_own_relatively() -> None:
    found = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if not node.level else []
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            found += [f"{file.relative_to(ROOT)}:{node.lineno}" for name in names if name.split(".")[0] == "services"]
    assert found == []


def test_a_service_asks_only_those_that_its_nameplate_names() -> None:
    asked: dict[str, set[str]] = {name: set() for name in SERVICES}
    for file in python_files("services"):
        service = file.relative_to(ROOT).parts[1]
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
                assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno} hides whom it asks"
                asked[service].add(str(node.args[0].value))
    assert asked == {name: set(load(name).calls) for name in SERVICES}
