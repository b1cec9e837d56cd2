"""Public calls on their way to the service that answers them: bodies stream both ways, unread."""

import re
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from chassis.auth import SIGNED_IN, admit
from chassis.calls import call
from chassis.problems import NotFound

from ..authentication import authenticate
from ..calling import LONG, passed_back
from .public_calls import CALLS, MASTERS, PublicCall

PREFIX = "/api/v1"
PASSED_ON = ("Content-Type", "Content-Length", "Accept", "Idempotency-Key", "If-None-Match", "If-Match", "Range")


def register(app: Flask) -> None:
    for public in CALLS:
        if public.service == "gateway":
            continue
        rule = PREFIX + re.sub(r"\{(\w+)\}", r"<\1>", public.path.replace("{id}", "<int:id>"))
        endpoint = f"api {public.method} {public.path}".replace(".", "_")
        app.add_url_rule(rule, endpoint, _forwarding(public), methods=[public.method])


def _forwarding(public: PublicCall) -> Any:
    def forward(**values: Any) -> Response:
        actor = admit(SIGNED_IN, authenticate)  # the owner decides by roles
        assert actor is not None
        if {".", ".."} & {str(value) for value in values.values()}:  # would make the path another call's
            raise NotFound
        service = public.service or owner_of_master(values["name"])
        path = public.path.format(**{name: quote(str(value), safe="") for name, value in values.items()})
        query = request.query_string.decode("latin-1")
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        headers["X-Request-Id"] = g.request_id
        if request.headers.get("Transfer-Encoding"):
            headers["Transfer-Encoding"] = "chunked"
        response = call(service, actor.token).ask(
            request.method,
            f"{path}?{query}" if query else path,
            body=request.stream if request.method in ("POST", "PATCH", "PUT") else None,
            headers=headers,
            preload_content=False,
            timeout=LONG,
        )
        answer = passed_back(response)
        if answer.headers.get("Location", "").startswith("/"):
            answer.headers["Location"] = PREFIX + answer.headers["Location"]
        return answer

    forward.allow = SIGNED_IN  # type: ignore[attr-defined]
    return forward


def owner_of_master(name: str) -> str:
    if name not in MASTERS:
        raise NotFound(ja="このマスタはありません。", en=f"There is no such master. There are: {', '.join(MASTERS)}.")
    return MASTERS[name]
