"""What every test may ask for: the real servers (tests/servers.py), one service in process (tests/parts.py)."""

pytest_plugins = ["tests.servers", "tests.parts"]
