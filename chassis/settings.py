"""Every environment variable of the house, typed and read once.

A process reads its settings when it first asks; a missing one is an error that names the variable.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SERVICES = ("campaign", "lead", "opportunity", "notification", "import")


class MissingSetting(RuntimeError):
    """An environment variable that this process needs is not set."""


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(f"Set {name}; the process cannot start without it.")
    return value


@dataclass(frozen=True)
class Settings:
    """What the environment says. Times in seconds, sizes in bytes. `processes`, each with so many `threads`, share the
    requests of a web process. `trusted_proxies`: how many reverse proxies of ours stand in front of the gateway; what
    the outermost of them saw is who asks."""

    bind: str
    port: int
    processes: int
    threads: int
    files: Path
    smtp_url: str
    mail_from: str
    public_url: str
    log_level: str
    secure_cookies: bool
    trusted_proxies: int
    liveness_file: Path | None
    service_urls: dict[str, str]

    @property
    def database_url(self) -> str:
        """The service's own database, as SQLAlchemy wants it for psycopg 3."""
        return _required("TSUNAGI_DATABASE_URL").replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def broker_url(self) -> str:
        return _required("TSUNAGI_BROKER_URL")

    @property
    def token_public_key(self) -> bytes:
        return Path(_required("TSUNAGI_TOKEN_PUBLIC_KEY_FILE")).read_bytes()

    @property
    def token_private_key(self) -> bytes:
        """Only the gateway is given this file."""
        return Path(_required("TSUNAGI_TOKEN_PRIVATE_KEY_FILE")).read_bytes()


@lru_cache
def settings() -> Settings:
    get = os.environ.get
    liveness = get("TSUNAGI_LIVENESS_FILE")
    return Settings(
        bind=get("TSUNAGI_BIND", "127.0.0.1"),
        port=int(get("TSUNAGI_PORT", "8000")),
        processes=int(get("TSUNAGI_PROCESSES", "1")),
        threads=int(get("TSUNAGI_THREADS", "8")),
        files=Path(get("TSUNAGI_FILES", ".tsunagi/files")),
        smtp_url=get("TSUNAGI_SMTP_URL", "smtp://127.0.0.1:1025"),
        mail_from=get("TSUNAGI_MAIL_FROM", "Tsunagi <no-reply@tsunagi.example.jp>"),
        public_url=get("TSUNAGI_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        log_level=get("TSUNAGI_LOG_LEVEL", "INFO"),
        secure_cookies=get("TSUNAGI_SECURE_COOKIES", "") in ("1", "true", "yes"),
        trusted_proxies=int(get("TSUNAGI_TRUSTED_PROXIES") or "0"),
        liveness_file=Path(liveness) if liveness else None,
        service_urls={name: get(f"TSUNAGI_{name.upper()}_URL", "").rstrip("/") for name in SERVICES},
    )
