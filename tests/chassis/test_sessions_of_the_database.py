"""What a service asks of its sessions with PostgreSQL, on whatever server: the house's, a stock image, one by URL."""

from flask import Flask
from sqlalchemy import text

from chassis.database import engine, make_engine, transaction


def test_statements_are_never_compiled(app: Flask) -> None:
    """They are long and made for few rows: compiling one takes PostgreSQL longer than a thousand runs of it."""
    with transaction() as session:
        assert session.scalar(text("SHOW jit")) == "off"


def test_what_the_url_asks_for_stands_beside_it(app: Flask) -> None:
    url = engine().url.update_query_dict({"options": "-c jit=on -c timezone=Asia/Tokyo -c work_mem=5MB"})
    made = make_engine(url.render_as_string(hide_password=False))
    try:
        with made.connect() as connection:
            asked = [connection.scalar(text(f"SHOW {name}")) for name in ("jit", "timezone", "work_mem")]
    finally:
        made.dispose()
    assert asked == ["off", "UTC", "5MB"]
