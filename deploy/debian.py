"""Installing packages of Debian (or Ubuntu) where we may. Standard library only: it runs before anything is set up."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLICY = Path("/usr/sbin/policy-rc.d")


def may_install() -> bool:
    """Whether this is Debian or Ubuntu and we are root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def is_installed(package: str) -> bool:
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Status}", package], capture_output=True, text=True, check=False
    )
    return asked.stdout.endswith(" installed")


def install(*packages: str) -> None:
    """Install them without what they merely recommend, and without starting the services they bring."""
    print(f"Installing {', '.join(packages)} (apt-get)", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    with _services_not_started():
        if _run([*command, *packages], environment).returncode == 0:
            return
        _run(["apt-get", "update", "--quiet=2"], environment)
        done = _run([*command, *packages], environment)
    if done.returncode:
        raise SystemExit(f"apt-get could not install {', '.join(packages)}:\n{done.stdout[-2000:]}")


def disable_service(name: str) -> None:
    """Keep a service that we brought in from starting with the machine."""
    if shutil.which("systemctl") and Path("/run/systemd/system").exists():
        _run(["systemctl", "disable", "--now", name], dict(os.environ))


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


@contextmanager
def _services_not_started() -> Iterator[None]:
    """Debian's way to install without starting: a policy script. One that is there already is left alone."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
