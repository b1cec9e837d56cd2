"""Ports for a house's processes: chosen now, bound seconds later, and nobody of ours takes them in between."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import ports

ROOT = Path(__file__).parents[2]


def test_a_port_is_given_once_to_this_process_and_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    few = range(19_000, 19_004)
    monkeypatch.setattr(ports, "_RANGE", few)
    mine = ports.free_ports(2)
    mine += ports.free_ports(1)
    ask = "from deploy.local import ports; ports._RANGE = range(19_000, 19_004); print(ports.free_port())"
    other = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {*mine, int(other.stdout)} == {*few}
    with pytest.raises(RuntimeError, match="no free port"):
        ports.free_ports(2)
