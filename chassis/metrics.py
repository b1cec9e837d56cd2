"""What operations watch: requests by route and status, and how far the outbox and inbox lag behind. Prometheus text."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text

from .auth import PUBLIC, allow
from .database import engine

LAG = text(
    "SELECT (SELECT count(*) FROM outbox_event WHERE published_at IS NULL),"
    " (SELECT coalesce(extract(epoch FROM now() - min(occurred_at)), 0) FROM outbox_event WHERE published_at IS NULL),"
    " (SELECT count(*) FROM inbox_event WHERE status = 'retry'),"
    " (SELECT count(*) FROM inbox_event WHERE status = 'parked')"
)
NAMES = (
    ("tsunagi_outbox_unpublished", "Events that wait to be sent"),
    ("tsunagi_outbox_oldest_unpublished_seconds", "Age of the oldest event that waits to be sent"),
    ("tsunagi_inbox_retry", "Events that wait for another attempt"),
    ("tsunagi_inbox_parked", "Events that a person must look at"),
)


class _Lag(Collector):
    def collect(self) -> Iterable[Metric]:
        with engine().connect() as connection:
            row = connection.execute(LAG).one()
        for (name, help_text), value in zip(NAMES, row, strict=True):
            yield GaugeMetricFamily(name, help_text, value=float(value))


def share(folder: Path) -> None:
    """From here on several processes count together, in files in this folder: whichever is asked tells of all."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # the library asks the environment only while it is imported


def register(app: Flask) -> None:
    registry = CollectorRegistry()
    told = registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        told = CollectorRegistry()
        MultiProcessCollector(told)
    told.register(_Lag())
    requests = Counter("tsunagi_requests", "Answered requests", ["route", "status"], registry=registry)
    seconds = Histogram("tsunagi_request_seconds", "Time to answer", ["route"], registry=registry)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = f"{request.method} {request.url_rule.rule}" if request.url_rule else "unknown"
        requests.labels(route, response.status_code).inc()
        seconds.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        return response

    @app.get("/metrics")
    @allow(*PUBLIC)
    def metrics() -> Response:
        return Response(generate_latest(told), content_type=CONTENT_TYPE_LATEST)
