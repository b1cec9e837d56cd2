"""Writes docs/events.md from the events themselves and from who says and hears them: `python -m contracts.document`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chassis.events import Event

from . import events

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "events.md"
INTRODUCTION = """# Events

What the services say to each other, through the topic exchange `tsunagi.events` of RabbitMQ. This page is generated
from `contracts/events/` (`python -m contracts.document`); a test fails when it is not fresh.

Other systems may listen too: bind a queue of your own to the routing keys you want. The body is a CloudEvents 1.0 JSON
object (structured mode); `data` holds the fields below, `causeid` and `causekind` name the act that led to the event,
`actorid` the user. Every event may come twice: remember its `id`. Events carry a `version` where order matters: ignore
older news. `?` marks what is optional in a list of things. Fields are added, never renamed; a breaking change is a new
event whose name ends in `.v2`.
"""


def sources(name: str) -> Iterator[tuple[str, Path]]:
    """(service, file) of every commands or consumers module of the house."""
    for package in [ROOT / "gateway", *sorted((ROOT / "services").iterdir())]:
        for file in sorted([*package.glob(f"{name}.py"), *package.glob(f"{name}/*.py")]):
            yield package.name, file


def said() -> dict[str, set[str]]:
    """Event class name → the services whose commands construct it, or say its facts."""
    found: dict[str, set[str]] = {}
    for service, file in sources("commands"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                made = node.args[1] if _last_name(node.func) == "publish_facts" else node.func  # (session, kind, facts)
                found.setdefault(_last_name(made), set()).add(service)
    return found


def heard() -> dict[str, set[str]]:
    """Event class name → the services whose consumers handle it."""
    found: dict[str, set[str]] = {}
    for service, file in sources("consumers"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and _last_name(node.func) == "on" and node.args:
                found.setdefault(_last_name(node.args[0]), set()).add(service)
    return found


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def declared() -> list[type[Event]]:
    """The house's events in the order of their declaration."""
    return [
        value
        for value in vars(events).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    ]


def page() -> str:
    by, to = said(), heard()
    parts = [INTRODUCTION, "| event | said by | heard by |", "| --- | --- | --- |"]
    for event in declared():
        names = [", ".join(sorted(who.get(event.__name__, ()))) or "–" for who in (by, to)]
        parts.append(f"| [`{event.name}`](#{re.sub(r'[^a-z0-9_-]', '', event.name)}) | {names[0]} | {names[1]} |")
    for event in declared():
        parts += [
            "",
            f"## {event.name}",
            "",
            f"Routing key `{event.routing_key()}`.{_formerly(event)} {_text(event)}",
            "",
            *_fields(event),
        ]
    return "\n".join(parts) + "\n"


def _formerly(event: type[Event]) -> str:
    _, *former = event.routing_keys()
    return "".join(f" Formerly `{key}`, in another form." for key in former)


def _text(event: type[Event]) -> str:
    told = " ".join((event.__doc__ or "").split())
    return f"{told} What is optional may be left out where it is null, false or empty." if event.terse else told


def _fields(event: type[Event]) -> list[str]:
    schema = event.model_json_schema()
    lines = ["| field | type | |", "| --- | --- | --- |"]
    for name, field in schema.get("properties", {}).items():
        needed = "" if name in schema.get("required", []) else "optional"
        lines.append(f"| `{name}` | {_type(field, schema.get('$defs', {}))} | {needed} |")
    return lines


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        fields, needed = definitions[name]["properties"], definitions[name].get("required", [])
        inner = ", ".join(
            f"{key}{'' if key in needed else '?'}: {_type(value, definitions)}" for key, value in fields.items()
        )
        return f"{{{inner}}}"
    if "anyOf" in field:
        return " or ".join(_type(option, definitions) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], definitions)}" if "items" in field else "list"
    if isinstance(field.get("additionalProperties"), dict):
        return f"map to {_type(field['additionalProperties'], definitions)}"
    return str(field.get("format") or field.get("type", "any"))


if __name__ == "__main__":
    PAGE.write_text(page())
