"""A real HTTP server in the place of the services: it remembers what it was asked and answers what it was told to."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Upstream:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: dict[str, Reply] = {}  # by path without query
        self.all_here: threading.Barrier | None = None  # an answer waits until as many are asked for
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answers(self, path: str, document: Any = None, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = "application/problem+json" if status >= 400 else "application/json"
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.replies[path] = Reply(status, body, {"Content-Type": kind} | named)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms between head and body

            def answer(self) -> None:
                body = self._body()
                headers = {name.lower(): value for name, value in self.headers.items()}
                upstream.asked.append(Asked(self.command, self.path, headers, body))
                if upstream.all_here:
                    upstream.all_here.wait(timeout=10)
                reply = upstream.replies.get(self.path.partition("?")[0], Reply())
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body)

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler
