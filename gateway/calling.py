"""Asking services for a page, in the name of who is signed in: JSON, uploads and downloads."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from urllib.parse import urlencode

import urllib3
from flask import Response, g, has_request_context, request
from werkzeug.datastructures import FileStorage

from chassis import calls
from chassis.auth import NotSignedIn
from chassis.problems import PassedOn, Unavailable

from .authentication import current_user
from .tokens import fresh

LONG = urllib3.Timeout(connect=1.0, read=60.0)  # for files
BLOCK = 65_536
# Headers of an answer that are meant for who asked, not for the connection.
PASSED_BACK = (
    "Content-Type", "Content-Disposition", "Content-Length", "Cache-Control", "ETag", "Last-Modified", "Retry-After",
    "Idempotent-Replay", "Location",
)  # fmt: skip


def call(service: str) -> "Client":
    """`call("lead").get("/leads", {"q": "山田"})`. Raises NotSignedIn when nobody is."""
    person = current_user()
    if person is None:
        raise NotSignedIn
    return Client(service, person.token())


# Few: two dozen got in each other's way on two cores (four people on ホーム: 174 ms instead of 123 in turn). With 4,
# measured by turns on a busy machine: ホーム 50 ms instead of 78 for one person, 167 instead of 231 for four (p50).
_askers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="asking")


def together(*questions: Callable[[], Any]) -> list[Any]:
    """The answers to questions that do not wait for each other, in their order: a page waits for the slowest alone.
    Each is asked in the context of the request; what nobody else has taken up, who asks does, so that a service that
    hangs under other pages holds nothing up. Raises what the first that failed raises."""
    current_user()  # known before they run, so that none looks the person up by itself
    first, *others = questions
    running = [_askers.submit(copy_context().run, question) for question in others]
    try:
        answers = [first()]
        for question, one in zip(others, running, strict=True):
            answers.append(question() if one.cancel() else one.result())
    finally:
        for one in running:
            one.cancel()
    return answers


def form_key() -> str:
    """A key for the hidden field `form_key`: however often the form is sent, it takes effect once."""
    return fresh()


class Client:
    """One service, asked for the page. Failures are Problems; 503 while the service is down."""

    def __init__(self, service: str, token: str) -> None:
        self._caller = calls.call(service, token)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._caller.answer("GET", _with_query(path, params), headers=_request_id())

    def post(self, path: str, document: Any = None, key: str | None = None) -> Any:
        return self._caller.answer("POST", path, document, _request_id() | _key(path, key))

    def patch(self, path: str, document: Any) -> Any:
        return self._caller.answer("PATCH", path, document, _request_id())

    def put(self, path: str, document: Any) -> Any:
        return self._caller.answer("PUT", path, document, _request_id())

    def delete(self, path: str) -> Any:
        return self._caller.answer("DELETE", path, headers=_request_id())

    def upload(
        self, path: str, fields: Mapping[str, Any], files: Mapping[str, FileStorage], key: str | None = None
    ) -> Any:
        """Sends a form with files as multipart, without holding the files in memory."""
        form = Multipart(fields, files)
        headers = (
            _request_id() | _key(path, key) | {"Content-Type": form.content_type, "Content-Length": str(len(form))}
        )
        response = self._caller.ask("POST", path, body=form.blocks(), headers=headers, timeout=LONG)
        return _answer(response)

    def download(self, path: str, params: Mapping[str, Any] | None = None) -> Response:
        """The service's file as the page's answer, passed on while it arrives; who asks for its headers alone takes
        nothing out there either."""
        method = "HEAD" if request.method == "HEAD" else "GET"
        response = self._caller.ask(
            method, _with_query(path, params), headers=_request_id(), preload_content=False, timeout=LONG
        )
        if response.status >= 400 and method == "GET":
            _answer(response)
        return passed_back(response)


def passed_back(response: urllib3.BaseHTTPResponse) -> Response:
    """A service's answer (asked with preload_content=False) as the gateway's own, streamed."""

    def blocks() -> Iterator[bytes]:
        try:
            yield from response.stream(BLOCK, decode_content=False)
        finally:
            response.release_conn()

    answer = Response(blocks(), response.status, direct_passthrough=True)
    answer.headers.pop("Content-Type", None)
    for name in PASSED_BACK:
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


class Multipart:
    """A form with files as multipart/form-data (RFC 7578), whose length is known before its files are read."""

    def __init__(self, fields: Mapping[str, Any], files: Mapping[str, FileStorage]) -> None:
        self._boundary = secrets.token_hex(16)
        self._parts: list[tuple[bytes, Any, int]] = []
        for name, value in fields.items():
            if value is not None:
                content = str(value).encode()
                self._parts.append((self._head(name), content, len(content)))
        for name, file in files.items():
            start = file.stream.tell()
            size = file.stream.seek(0, 2) - start
            file.stream.seek(start)
            kind = file.mimetype or "application/octet-stream"
            self._parts.append((self._head(name, file.filename or "file", kind), file.stream, size))
        self._end = f"--{self._boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={self._boundary}"

    def _head(self, name: str, file_name: str | None = None, kind: str = "") -> bytes:
        head = f'--{self._boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
        if file_name is not None:
            head += f'; filename="{_quoted(file_name)}"\r\nContent-Type: {_quoted(kind)}'
        return f"{head}\r\n\r\n".encode()

    def __len__(self) -> int:
        return sum(len(head) + size + 2 for head, _, size in self._parts) + len(self._end)

    def blocks(self) -> Iterator[bytes]:
        for head, content, _ in self._parts:
            yield head
            if isinstance(content, bytes):
                yield content
            else:
                while block := content.read(BLOCK):
                    yield block
            yield b"\r\n"
        yield self._end


def _quoted(value: str) -> str:
    """As browsers write names into a form: a quote or line break cannot end the header."""
    return value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _answer(response: urllib3.BaseHTTPResponse) -> Any:
    try:
        document = json.loads(response.data) if response.data else None
    except ValueError:
        document = None
    if response.status < 400:
        return document
    if not isinstance(document, dict) or "status" not in document:
        raise Unavailable(retry_after=3)
    raise PassedOn(document)


def _with_query(path: str, params: Mapping[str, Any] | None) -> str:
    """None is left out, lists repeat, booleans are true and false."""
    pairs = [
        (name, str(each).lower() if isinstance(each, bool) else each)
        for name, value in (params or {}).items()
        for each in (value if isinstance(value, list | tuple | set | frozenset) else [value])
        if each is not None
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _request_id() -> dict[str, str]:
    return {"X-Request-Id": g.request_id} if has_request_context() and "request_id" in g else {}


def _key(path: str, key: str | None) -> dict[str, str]:
    """The Idempotency-Key: as given, else the posted form's, told apart by what it is used for. A check has the key of
    what it checks: where that was done by an earlier click, its answer comes again."""
    given = key or (f"{request.form['form_key']}:{path.partition('?')[0]}" if request.form.get("form_key") else "")
    return {"Idempotency-Key": given[:200]} if given else {}
