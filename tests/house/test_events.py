"""An event is three places: declared in contracts, said by its owner's commands, heard in a consumers module."""

import ast

import pytest

from chassis.events import Event
from contracts import document
from tests.house.sources import python_files

EVENTS = document.declared()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_said_by_its_owner_alone(event: type[Event]) -> None:
    owner = event.name.partition(".")[0]
    assert document.said().get(event.__name__) == {owner}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_heard(event: type[Event]) -> None:
    assert document.heard().get(event.__name__)


PUBLISHING = ("publish", "publish_facts")


def test_only_commands_publish() -> None:
    for file in python_files("gateway", "services"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PUBLISHING:
                assert file.stem == "commands" or file.parent.name == "commands", f"{file}:{node.lineno} publishes"


def test_the_page_of_events_is_fresh() -> None:
    assert document.PAGE.read_text() == document.page(), "run: python -m contracts.document"
