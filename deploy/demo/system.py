"""A small client of the public API v1, as another system would have one."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import urllib3

from . import PASSWORD

# What one part has just said may take a moment to be known to the others.
_NOT_YET = (404, 409, 422, 503)


class Refused(RuntimeError):
    """The API did not do what the demo asked of it."""


class System:
    def __init__(self, gateway_url: str, login: str, occasion: str) -> None:
        """`occasion` goes into the idempotency keys: what was loaded before an interruption is not loaded again."""
        self._url, self._login, self._occasion, self._calls = f"{gateway_url}/api/v1", login, occasion, 0
        self._pool = urllib3.PoolManager(retries=False, timeout=60)
        self._token = ""
        self._token = self._ask("POST", "/session", {"login": login, "password": PASSWORD})["token"]

    def get(self, path: str, **query: Any) -> Any:
        return self._ask("GET", f"{path}?{urlencode(query, doseq=True)}" if query else path)

    def all(self, path: str, **query: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, page_size=500, **query, **cursor)
            items += page["items"]
            if not page.get("next_cursor"):
                return items
            cursor = {"cursor": page["next_cursor"]}

    def post(self, path: str, document: Any) -> Any:
        key = self._next_key()
        return self._patiently(lambda: self._ask("POST", path, document, {"Idempotency-Key": key}))

    def patch(self, path: str, document: Any) -> Any:
        return self._patiently(lambda: self._ask("PATCH", path, document))

    def upload(self, file_name: str, content: bytes, **fields: str) -> Any:
        """POST /lists, then wait until the list is finished; its last state."""
        parts: dict[str, Any] = {**fields, "file": (file_name, content, "application/octet-stream")}
        headers = {"Idempotency-Key": self._next_key()}
        list_id = self._patiently(lambda: self._ask("POST", "/lists", None, headers, parts))["id"]
        deadline = time.monotonic() + 120
        while True:
            state = self.get(f"/lists/{list_id}")
            if state["status"] == "finished":
                return state
            if state["status"] == "failed" or time.monotonic() > deadline:
                raise Refused(f"{file_name} was not brought in: {state}")
            time.sleep(0.1)

    def _next_key(self) -> str:
        self._calls += 1
        return f"demo-{self._occasion}-{self._login}-{self._calls}"

    def _patiently(self, act: Callable[[], Any], seconds: float = 20) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return act()
            except Refused as refusal:
                if refusal.args[1] not in _NOT_YET or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def _ask(
        self,
        method: str,
        path: str,
        document: Any = None,
        headers: dict[str, str] | None = None,
        parts: dict[str, Any] | None = None,
    ) -> Any:
        sent = {"Accept-Language": "en", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        options: dict[str, Any] = {"fields": parts} if parts else {"json": document} if document is not None else {}
        answer = self._pool.request(method, self._url + path, headers=sent, **options)
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {answer.data.decode(errors='replace')}", answer.status)
        return json.loads(answer.data) if answer.data else None
