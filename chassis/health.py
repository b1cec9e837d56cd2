"""Whether a process lives and is ready: two addresses for a web process, a touched file for the others."""

from flask import Flask, Response
from sqlalchemy import text

from .auth import PUBLIC, allow
from .database import engine
from .settings import settings


def register(app: Flask) -> None:
    @app.get("/health/live")
    @allow(*PUBLIC)
    def live() -> Response:
        return Response("ok", content_type="text/plain")

    @app.get("/health/ready")
    @allow(*PUBLIC)
    def ready() -> Response:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
        return Response("ok", content_type="text/plain")


def touch() -> None:
    """A worker or relay went round its loop once more."""
    if settings().liveness_file:
        settings().liveness_file.touch()  # type: ignore[union-attr]
