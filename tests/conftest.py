"""What every test may ask for: the real servers (tests/servers.py)."""

pytest_plugins = ["tests.servers"]
