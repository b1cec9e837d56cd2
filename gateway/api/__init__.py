"""The public API v1: which calls there are, how they reach their owner, and the document that describes them."""

from flask import Flask

from . import docs, proxy


def register(app: Flask) -> None:
    """Adds every public call that a service answers, the OpenAPI document and the readable page."""
    proxy.register(app)
    docs.register(app)
