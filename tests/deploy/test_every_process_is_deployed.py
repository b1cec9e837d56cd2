"""A process that a nameplate names is started everywhere: in containers and in a cluster."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.service import NAMES, load

ROOT = Path(__file__).parents[2]
PROCESSES = sorted(f"{name}-{role}" for name in NAMES for role in load(name).roles())


def test_containers() -> None:
    services = (ROOT / "docker-compose.yml").read_text().split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    named = re.findall(r"^  ([a-z-]+):$", services, re.MULTILINE)
    assert sorted(set(named) - {"keys", "databases", "demo", "postgres", "rabbitmq", "mail"}) == PROCESSES


def test_a_container_that_still_starts_can_be_stopped() -> None:
    """The first process of a container does not hear SIGTERM before it has said what it does then."""
    common = (ROOT / "docker-compose.yml").read_text().split("\nx-process: &process\n")[1].split("\n\n")[0]
    assert "  init: true" in common


@pytest.fixture(scope="module")
def manifests() -> list[dict]:
    made = subprocess.run(
        [sys.executable, "-m", "deploy.kubernetes", "tsunagi:1"], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(made.stdout)["items"]


def test_a_cluster(manifests: list[dict]) -> None:
    assert sorted(each["metadata"]["name"] for each in manifests if each["kind"] == "Deployment") == PROCESSES


def test_import_workers_are_scaled_by_the_queue_of_batches(manifests: list[dict]) -> None:
    [scaled] = [each for each in manifests if each["kind"] == "ScaledObject"]
    assert scaled["spec"]["scaleTargetRef"]["name"] == "import-worker"
    assert scaled["spec"]["triggers"][0]["metadata"]["queueName"] == "import.batches.v1"
    assert "batches" in load("import").consumers.queues()
