"""Scripts and style sheets leave the house gzipped, where the browser takes that: a quarter of the bytes.

Only files, which hold no secret: a compressed page would tell its CSRF token to whoever can make it repeat a guess and
count bytes (BREACH). Pages are left to a reverse proxy that knows better.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).parent / "static"
COMPRESSED = (".css", ".js", ".svg")


def register(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not request.path.startswith("/static/") or not request.path.endswith(COMPRESSED):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or "gzip" not in request.accept_encodings or "Range" in request.headers:
        return response
    path = STATIC / request.path.removeprefix("/static/")
    response.direct_passthrough = False
    response.set_data(_gzipped(path, path.stat().st_mtime))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-gzip")
        response.make_conditional(request.environ)
    return response


@lru_cache(maxsize=64)
def _gzipped(path: Path, _changed: float) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
