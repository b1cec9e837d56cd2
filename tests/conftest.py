"""What every test may ask for: the real servers (tests/servers.py), one service in process (tests/parts.py), the
whole house (tests/running.py)."""

import logging

pytest_plugins = ["tests.servers", "tests.parts", "tests.running"]

logging.getLogger("pika").setLevel(logging.CRITICAL)  # a broker that is not there yet fills pages with errors
