"""What every test may ask for: the real servers (tests/servers.py), one service in process (tests/parts.py)."""

import logging

pytest_plugins = ["tests.servers", "tests.parts"]

logging.getLogger("pika").setLevel(logging.CRITICAL)  # a broker that is not there yet fills pages with errors
