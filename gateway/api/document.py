"""The OpenAPI 3.1 document of the public API, merged from what each owner says about its own routes."""

import json
import re
import threading
import time
from typing import Any

from flask import current_app

from chassis import openapi
from chassis.calls import call
from chassis.problems import Problem, text

from .proxy import PREFIX
from .public_calls import CALLS, MASTERS, PublicCall

FRESH, FRESH_WHEN_INCOMPLETE = 300.0, 5.0  # seconds
REFERENCE = "#/components/schemas/"
METHODS = ("get", "post", "put", "patch", "delete")

INTRODUCTION_JA = (
    "送受信は JSON、ファイルは multipart です。時刻は RFC 3339（UTC）、日付は YYYY-MM-DD、"
    "金額は円単位の整数、ID は文字列として扱ってください。"
    "一覧は page_size（最大 500）と cursor を受け取り、{items, total, next_cursor} を返します。"
    "並び順は sort=項目 または -項目 です。"
    "Idempotency-Key ヘッダーを付けた POST は一度だけ実行され、同じキーには 24 時間のあいだ最初の応答を返します"
    "（秘密を含む /session と /tokens の応答は保存しません）。"
    "エラーは RFC 9457 の problem 文書で、Accept-Language に応じて日本語または英語で返します。"
    "項目は追加されることがありますが、名前が変わることはありません。"
)
INTRODUCTION = (
    "JSON in and out, files as multipart. Times are RFC 3339 in UTC, dates YYYY-MM-DD, money whole yen, ids opaque "
    "strings. Lists take page_size (at most 500) and cursor, and answer {items, total, next_cursor}; sort=field or "
    "-field. A POST with the header Idempotency-Key takes effect once: the same key returns the first answer for 24 "
    "hours (answers with a secret in them, of /session and /tokens, are not kept). Errors are RFC 9457 problem "
    "documents, in Japanese or English by Accept-Language. Fields may be added; nothing here is renamed."
)
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `errors` for 422, `current` for 409 after somebody else saved.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
        "current": {},
    },
}
ERRORS = {
    "401": "Not signed in",
    "403": "Not permitted",
    "404": "Not found",
    "409": "In conflict with the current state",
    "413": "Too large",
    "422": "Invalid",
    "429": "Too many",
    "503": "A part is down for the moment; see Retry-After",
}

_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


def document() -> dict[str, Any]:
    """The document in the language of the request; made anew every five minutes, sooner while a part is down."""
    language = text("ja", "en")
    with _lock:
        until, kept = _kept.get(language, (0.0, {}))
        if time.monotonic() < until:
            return kept
        made, complete = _merge()
        _kept[language] = (time.monotonic() + (FRESH if complete else FRESH_WHEN_INCOMPLETE), made)
        return made


def forget() -> None:
    _kept.clear()


def _merge() -> tuple[dict[str, Any], bool]:
    own = openapi.document(current_app.extensions["tsunagi"])
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM} | own["components"]["schemas"]
    heard: dict[str, dict[str, Any] | None] = {"gateway": _operations(own)}
    for public in CALLS:
        owner = public.service or MASTERS["lead-stages"]
        if owner not in heard:
            heard[owner] = _ask(owner, schemas)
        paths.setdefault(public.path, {})[public.method.lower()] = _operation(public, heard[owner])
    for told in paths.values():
        for operation in told.values():
            _add_errors(operation)
    return _frame(paths, schemas), None not in heard.values()


def _frame(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    bearer = {"type": "http", "scheme": "bearer", "description": "From POST /session, or a personal token."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tsunagi API", "version": "1", "description": text(INTRODUCTION_JA, INTRODUCTION)},
        "servers": [{"url": PREFIX}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {"securitySchemes": {"bearer": bearer}, "schemas": dict(sorted(schemas.items()))},
    }


def _ask(service: str, schemas: dict[str, Any]) -> dict[str, Any] | None:
    """A service's operations by method and path; its shapes are added to `schemas`. None while it does not answer."""
    try:
        told = call(service, "").get("/openapi.json")
    except Problem:
        return None
    if not isinstance(told, dict) or not {"paths", "components"} <= told.keys():
        return None
    shapes = told["components"]["schemas"]
    renamed = {name: f"{service}_{name}" for name, shape in shapes.items() if schemas.get(name, shape) != shape}
    told = json.loads(
        re.sub(
            rf'"{re.escape(REFERENCE)}([^"]+)"',
            lambda found: json.dumps(REFERENCE + renamed.get(found[1], found[1])),
            json.dumps(told),
        )
    )
    for name, shape in told["components"]["schemas"].items():
        schemas[renamed.get(name, name)] = shape
    return _operations(told)


def _operations(told: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method} {_pattern(path.removeprefix(PREFIX))}": operation
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


def _operation(public: PublicCall, heard: dict[str, Any] | None) -> dict[str, Any]:
    told = (heard or {}).get(f"{public.method.lower()} {_pattern(public.path)}", {})
    if heard is None:
        ja, en = "担当する部分が応答していないため、詳細を表示できません。", "Its owner does not answer: no details."
        told = {"description": text(ja, en), "x-incomplete": True}
    operation = {"parameters": [], "responses": {"200": {"description": "Done"}}} | told
    names = re.findall(r"\{(\w+)\}", public.path)
    rest = [parameter for parameter in operation["parameters"] if parameter["in"] != "path"]
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    identifier = f"{public.method.lower()}{re.sub(r'[^a-z]+', '_', public.path).rstrip('_')}"
    summary = text(public.ja, public.en)
    return operation | {"operationId": identifier, "summary": summary, "parameters": path + rest}


def _pattern(path: str) -> str:
    """A path whatever its parameters are called."""
    return re.sub(r"\{\w+\}", "{}", path)


def _add_errors(operation: dict[str, Any]) -> None:
    content = {"application/problem+json": {"schema": {"$ref": f"{REFERENCE}Problem"}}}
    for status, description in ERRORS.items():
        operation["responses"].setdefault(status, {"description": description, "content": content})
