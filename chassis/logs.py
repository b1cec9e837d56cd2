"""Logs as one JSON object a line, on standard error. No personal data, no secrets."""

import json
import logging
import sys
from datetime import UTC, datetime

from flask import g, has_request_context

from .settings import settings


class _Lines(logging.Formatter):
    def __init__(self, service: str, role: str) -> None:
        super().__init__()
        self.fixed = {"service": service, "role": role}

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            **self.fixed,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line["request"] = g.request_id
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start(service: str, role: str) -> None:
    """Sends all logging of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(service, role))
    logging.basicConfig(level=settings().log_level, handlers=[handler], force=True)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it means for us, we say ourselves
