"""The web process of a service: its routes, health, metrics and OpenAPI document, behind gunicorn."""

import logging
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from . import health, metrics, openapi
from .events import uuid7
from .files import is_full, no_space
from .problems import Conflict, Problem, Unavailable
from .service import Service
from .settings import settings

log = logging.getLogger(__name__)


def create_app(service: Service) -> Flask:
    """The Flask application of a service. Nothing is opened before the first request."""
    app = Flask(service.package, static_folder="static" if service.name == "gateway" else None)
    app.extensions["tsunagi"] = service
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]  # fields in the order in which they are declared
    _number_requests(app)
    health.register(app)
    metrics.register(app)
    openapi.register(app, service)
    service.routes.register(app, service.authenticate)
    _answer_problems(app)
    if service.extend:
        service.extend(app)
    return app


def _number_requests(app: Flask) -> None:
    @app.before_request
    def number() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if re.fullmatch(r"[\w-]{8,64}", given) else str(uuid7())

    @app.after_request
    def name(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response


def _answer_problems(app: Flask) -> None:
    """Every error leaves as problem+json. The gateway's pages put their own handlers over these."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return error.as_response()

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Response:
        return Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
        ).as_response()

    @app.errorhandler(OperationalError)
    def database_down(error: OperationalError) -> Response:
        log.error("the database does not answer: %s", error.orig)
        return Unavailable().as_response()

    @app.errorhandler(PoolTimeoutError)
    def too_busy(_error: PoolTimeoutError) -> Response:
        log.error("every connection to the database is in use")
        return Unavailable().as_response()

    @app.errorhandler(DataError)
    def unstorable(_error: DataError) -> Response:
        return Problem(
            422,
            "unstorable",
            ja="保存できない文字または大きすぎる数が含まれています。",
            en="There is a character that cannot be stored, or a number that is too large.",
        ).as_response()

    @app.errorhandler(OSError)
    def disk_full(error: OSError) -> Response:
        """An upload that does not even fit the temporary folder."""
        return no_space().as_response() if is_full(error) else unexpected(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        ja = {404: "このアドレスはありません。", 405: "この操作はできません。", 413: "送られた内容が大きすぎます。"}
        name = re.sub(r"\W+", "_", error.name.lower())
        return Problem(status, name, ja=ja.get(status, error.name), en=error.description or error.name).as_response()

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.path)
        return Problem(
            500,
            "unexpected",
            ja="サーバーで問題が起きました。変更は行われていません。続く場合は管理者に連絡してください。",
            en="Something went wrong on the server. Nothing was changed. If it goes on, tell an administrator.",
            request_id=g.get("request_id"),
        ).as_response()


class _Server(BaseApplication):
    """gunicorn without its command line: processes with threads behind one address."""

    def __init__(self, service: Service) -> None:
        self.service = service
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{settings().bind}:{settings().port}",
            "workers": settings().processes,
            "worker_class": "gthread",
            "threads": settings().threads,
            "keepalive": 30,
            "timeout": 120,
            "graceful_timeout": 30,
            "limit_request_line": 8190,
            # It would send a file from where its descriptor stands, which is further on than what was read of it.
            "sendfile": False,
            "loglevel": "warning",
            "proc_name": f"tsunagi-{self.service.name}",
            "control_socket_disable": True,  # it would want a home that can be written to, and one for all services
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.service)


def serve(service: Service) -> None:
    server = _Server(service)
    if settings().processes > 1:
        counts = Path(tempfile.mkdtemp(prefix="tsunagi-metrics-"))
        metrics.share(counts)
        server.cfg.set("on_exit", lambda _: shutil.rmtree(counts, ignore_errors=True))
    server.run()
