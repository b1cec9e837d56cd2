"""What a web process writes goes to its temporary folder, and is gone when it is told to stop: a container gives it
no other place to write to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import urllib3

from deploy.local.ports import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]


def test_it_writes_to_its_temporary_folder_alone_and_leaves_nothing(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"} | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "TSUNAGI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "TSUNAGI_BROKER_URL": "amqp://nobody@127.0.0.1:1/",
        "TSUNAGI_PORT": str(port),
        "TSUNAGI_PROCESSES": "2",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis", "notification", "web"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        until(lambda: answers(port))
        until(lambda: len(list(temporary.glob("tsunagi-metrics-*/counter_*.db"))) >= 1)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=40)
    assert code == 0, (tmp_path / "log").read_text()
    assert list(home.iterdir()) == []
    assert list(temporary.iterdir()) == []


def answers(port: int) -> bool:
    try:
        return urllib3.request("GET", f"http://127.0.0.1:{port}/health/live", retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False
