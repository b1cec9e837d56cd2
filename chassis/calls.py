"""Asking another service over HTTP, with a timeout. For the gateway, and for what a nameplate names."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import urllib3

from .problems import PassedOn, Unavailable, language
from .settings import settings

_pool = urllib3.PoolManager(
    num_pools=10, maxsize=16, retries=False, timeout=urllib3.Timeout(connect=1.0, read=15.0), cert_reqs="CERT_REQUIRED"
)


class Caller:
    """One service, asked in somebody's name."""

    def __init__(self, service: str, token: str) -> None:
        self.service, self.token = service, token
        self.address = settings().service_urls[service]

    def ask(
        self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        """The response as it is. Raises Unavailable when the service does not answer."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": language()} | (headers or {})
        try:
            return _pool.request(method, self.address + path, body=body, headers=sent, **options)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(retry_after=3) from error

    def answer(self, method: str, path: str, document: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON of a successful answer (None if it is empty). Raises PassedOn for a problem."""
        sent = dict(headers or {})
        body = None
        if document is not None:
            body = json.dumps(document, default=str).encode()
            sent["Content-Type"] = "application/json"
        response = self.ask(method, path, body=body, headers=sent)
        if response.status < 400:
            return json.loads(response.data) if response.data else None
        raise _problem(response)

    def lines(self, path: str, headers: dict[str, str], timeout: urllib3.Timeout) -> Iterator[bytes]:
        """The lines of a long answer as they come; `timeout` is for each wait. Raises PassedOn and Unavailable, the
        latter also when the answer ends before its end."""
        response = self.ask("GET", path, headers=headers, preload_content=False, timeout=timeout)
        try:
            if response.status >= 400:
                raise _problem(response)
            rest = b""
            for block in response.stream(1 << 16):
                *whole, rest = (rest + block).split(b"\n")
                yield from whole
            if rest:
                yield rest
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(retry_after=3) from error
        finally:
            response.close()

    def get(self, path: str, params: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.answer("GET", f"{path}?{urlencode(params, doseq=True)}" if params else path, headers=headers)

    def post(self, path: str, document: Any, headers: dict[str, str] | None = None) -> Any:
        return self.answer("POST", path, document, headers)

    def patch(self, path: str, document: Any, headers: dict[str, str] | None = None) -> Any:
        return self.answer("PATCH", path, document, headers)


def _problem(response: urllib3.BaseHTTPResponse) -> PassedOn | Unavailable:
    """What a service answered instead of what it was asked for."""
    try:
        problem = json.loads(response.data)
    except ValueError:
        problem = {}
    if not isinstance(problem, dict) or "status" not in problem:
        return Unavailable(retry_after=3)
    return PassedOn(problem)


def call(service: str, token: str) -> Caller:
    """`call("lead", actor.token).get("/leads/7")`."""
    return Caller(service, token)
