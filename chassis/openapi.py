"""A service's OpenAPI 3.1 document, made of its declared routes and their shapes."""

import re
from typing import Any

from flask import Flask, Response, json
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from .auth import PUBLIC, SIGNED_IN, allow
from .routes import Route
from .service import Service

PLACE = "#/components/schemas/{model}"
CHECK = {"type": "boolean", "description": "true: only says what is wrong (204: nothing), and does nothing"}
KINDS: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}


class _Generator(GenerateJsonSchema):
    """Leaves out defaults that stand for "not given" and that nobody may send, such as null for text to be kept."""

    def default_schema(self, schema: Any) -> Any:
        shown = super().default_schema(schema)
        kind = KINDS.get(str(shown.get("type")), object)
        if "default" in shown and not isinstance(shown["default"], kind):
            del shown["default"]
        return shown


def document(service: Service) -> dict[str, Any]:
    """Paths and component schemas. A shape is referred to by its name."""
    taken = {shape for route in service.routes.declared for shape in (route.body, route.query, route.form) if shape}
    given = {route.answer for route in service.routes.declared if route.answer}
    wanted = [(shape, "validation") for shape in taken] + [(shape, "serialization") for shape in given]
    wanted.sort(key=lambda pair: (pair[0].__name__, pair[1]))
    references, definitions = models_json_schema(
        wanted,  # type: ignore[arg-type]
        ref_template=PLACE,
        schema_generator=_Generator,
    )
    paths: dict[str, Any] = {}
    for route in service.routes.declared:
        shown = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)
        paths.setdefault(shown, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Tsunagi {service.name}", "version": "1"},
        "paths": paths,
        "components": {"schemas": definitions.get("$defs", {})},
    }


def _operation(route: Route, references: dict[Any, Any]) -> dict[str, Any]:
    described = (route.view.__doc__ or route.view.__name__.replace("_", " ")).strip()
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    ]
    if route.query:
        shape = route.query.model_json_schema(ref_template=PLACE, schema_generator=_Generator)
        for name, schema in shape.get("properties", {}).items():
            required = name in shape.get("required", [])
            parameters.append({"name": name, "in": "query", "required": required, "schema": schema})
    if route.checkable:
        parameters.append({"name": "check", "in": "query", "required": False, "schema": CHECK})
    operation: dict[str, Any] = {
        "summary": described.splitlines()[0],
        "description": described,
        "operationId": route.view.__name__,
        "parameters": parameters,
        "responses": {str(route.status): _response(route, references)},
    }
    if route.allow is PUBLIC:
        operation["security"] = []
    elif route.allow is not SIGNED_IN:
        operation["x-roles"] = list(route.allow)
    if route.body:
        operation["requestBody"] = _content("application/json", references[(route.body, "validation")])
    if route.form or "files" in route.wants:
        schema = references[(route.form, "validation")] if route.form else {"type": "object"}
        operation["requestBody"] = _content("multipart/form-data", schema)
    return operation


def _content(kind: str, schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _response(route: Route, references: dict[Any, Any]) -> dict[str, Any]:
    if not route.answer:
        return {"description": "Done"}
    schema = references[(route.answer, "serialization")]
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def register(app: Flask, service: Service) -> None:
    @app.get("/openapi.json")
    @allow(*PUBLIC)
    def openapi() -> Response:
        return Response(json.dumps(document(service)), content_type="application/json")
