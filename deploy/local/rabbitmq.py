"""A private RabbitMQ node in a folder, from an installed rabbitmq-server: own ports, data, cookie and name server.

It never touches the system's broker, and nothing of it outlives us.
"""

import os
import shutil
from pathlib import Path

import pika
import pika.exceptions

from .ports import answers, free_ports
from .processes import Program

_SCRIPTS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server")


def installed_server() -> str | None:
    """The path of the server's own start script (Debian's wrapper in PATH would change the user), or None."""
    if not shutil.which("erl"):
        return None
    found = [path for path in _SCRIPTS if Path(path).exists()]
    return found[0] if found else shutil.which("rabbitmq-server")


class RabbitMQ:
    def __init__(self, folder: Path, log: Path, port: int | None = None, definitions: Path | None = None) -> None:
        """`definitions`: users, permissions and virtual hosts to load at the start; without it, guest/guest."""
        self.folder, self.log, self.definitions = folder, log, definitions
        self.port, self._distribution_port, self._name_port = free_ports(3)
        self.port = port or self.port
        self.programs: list[Program] = []

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def begin(self) -> None:
        """Start it; returns at once."""
        server = installed_server()
        if server is None:
            raise RuntimeError("rabbitmq-server is not installed")
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = self._environment()
        # Erlang's name server, run by us: one that the node started itself would stay behind as a daemon.
        names = Program("epmd", ["epmd", "-address", "127.0.0.1", "-port", str(self._name_port)], self.log, environment)
        node = Program("RabbitMQ", [server], self.log, environment, folder=self.folder)
        self.programs = [node, names]
        names.start()
        names.wait_until(lambda: answers(self._name_port), 10)
        node.start()

    def start(self) -> str:
        """Start it, wait until it lets guest in, and give guest's URL."""
        self.begin()
        self.programs[0].wait_until(lambda: accepts(self.url), 90)
        return self.url

    def stop(self) -> None:
        for program in self.programs:
            program.stop(15)

    def _environment(self) -> dict[str, str]:
        settings = [
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            # Sized for a developer's machine: the default stops publishers when less than 50 MB of disk are left.
            "disk_free_limit.absolute = 50MB",
            "vm_memory_high_watermark.relative = 0.3",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
        ]
        if self.definitions:
            settings.append(f"load_definitions = {self.definitions}")
        (self.folder / "rabbitmq.conf").write_text("\n".join(settings) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "environment.conf").write_text("")
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._name_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            # The data folder is called after the node, so the name must not change from start to start.
            "RABBITMQ_NODENAME": "tsunagi@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # The script becomes the server instead of staying above it, so that our signals reach the server.
            "RABBITMQ_ALLOW_INPUT": "1",
            # No busy waiting between messages: the machine is shared with everything else.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +sbwt none +sbwtdcpu none +sbwtdio none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
        }


def accepts(url: str) -> bool:
    """Whether a broker lets us in there."""
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 3
    parameters.connection_attempts = 1
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError):
        return False
    return True
