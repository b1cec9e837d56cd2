"""The service of notes on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis import auth, outbox
from chassis.database import make_engine, use
from chassis.service import Service
from chassis.settings import settings
from chassis.web import create_app
from tests.chassis import sample
from tests.chassis.notes import routes
from tests.chassis.running import fresh_database
from tests.parts import PUBLIC_KEY


@pytest.fixture
def app(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    (tmp_path / "public.pem").write_bytes(PUBLIC_KEY)
    monkeypatch.setenv("TSUNAGI_TOKEN_PUBLIC_KEY_FILE", str(tmp_path / "public.pem"))
    settings.cache_clear()
    auth._public_key.cache_clear()
    made = make_engine(fresh_database(postgres_url).replace("postgresql://", "postgresql+psycopg://"))
    outbox.machinery.create_all(made)
    sample.Base.metadata.create_all(made)
    use(made)
    yield create_app(Service("sample", routes=routes, metadata=sample.Base.metadata))
    use(None)
    made.dispose()
    settings.cache_clear()
    auth._public_key.cache_clear()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
