"""The API described: /api/v1/openapi.json for programs, /api/v1/docs for people."""

from typing import Any

from flask import Blueprint, Flask, Response, json, render_template

from chassis.auth import PUBLIC, allow
from chassis.problems import language, text

from .document import METHODS, REFERENCE, document
from .proxy import PREFIX

pages = Blueprint(
    "api",
    __name__,
    url_prefix=PREFIX,
    template_folder="templates",
    static_folder="static",
    static_url_path="/docs/static",
)


def register(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/openapi.json")
@allow(*PUBLIC)
def openapi() -> Response:
    return Response(json.dumps(document()), content_type="application/json")


@pages.get("/docs")
@allow(*PUBLIC)
def docs() -> str:
    """Every call with its parameters and shapes, as one page that needs no script."""
    described = document()
    return render_template(
        "api/docs.html",
        described=described,
        groups=_groups(described["paths"]),
        shape=_shape,
        fields_of=_fields,
        type_of=type_of,
        language=language(),
        text=text,
        prefix=PREFIX,
    )


def _groups(paths: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """Calls by the first word of their path: (method, path, operation)."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, operations in paths.items():
        word = path.strip("/").partition("/")[0].partition(".")[0]
        for method in METHODS:
            if method in operations:
                groups.setdefault(word, []).append((method.upper(), path, operations[method]))
    return groups


def _shape(content: dict[str, Any] | None) -> list[tuple[str, str, bool, str]]:
    """The fields of a request or answer: name, type, required, what it is."""
    contents: list[dict[str, Any]] = list((content or {}).get("content", {}).values())
    return _fields(_resolved(contents[0].get("schema", {}))) if contents else []


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    required = schema.get("required", [])
    return [
        (name, type_of(field), name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix(REFERENCE)
    found: dict[str, Any] = document()["components"]["schemas"].get(name, {}) if name else schema
    return found


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a word: `string`, `integer | null`, `LeadItem[]`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"{type_of(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type") or "any")
