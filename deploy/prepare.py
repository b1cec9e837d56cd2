"""`python -m deploy.prepare keys|databases`: the two one-shot steps before the house starts in containers.

keys: passwords, the key pair and the users of the broker, made once and laid out under /secrets: a folder (a volume)
for each service, so that no service can read what is another's. databases: a database and login for each, with its
tables, and its queues.
"""

import os
import subprocess
import sys
from pathlib import Path

from .credentials import Credentials, write_secret
from .postgres import databases
from .rabbitmq.definitions import OPERATIONS, broker_user, definitions

SECRETS = Path("/secrets")
SERVICES = ("gateway", "campaign", "lead", "opportunity", "notification", "import")
POSTGRES, BROKER = "postgres:5432", "rabbitmq:5672"


def keys() -> None:
    credentials = Credentials(SECRETS / "house")
    servers = SECRETS / "servers"
    private_key, public_key = (path.read_text() for path in credentials.token_keys())
    for service in SERVICES:
        folder = SECRETS / service
        write_secret(folder / "token.public.pem", public_key)
        if service == "gateway":
            write_secret(folder / "token.private.pem", private_key)
        settings = settings_of(service, credentials)
        write_secret(folder / "environment", "".join(f"{name}='{value}'\n" for name, value in settings.items()))
    write_secret(servers / "postgres.password", credentials.password("postgres"))
    if not (servers / "definitions.json").exists():
        logins = {service: credentials.password(broker_user(service)) for service in SERVICES}
        write_secret(servers / "definitions.json", definitions(logins, credentials.password(OPERATIONS)))
        (servers / "definitions.json").chmod(0o644)  # the broker reads it as a user of its own; it holds hashes


def settings_of(service: str, credentials: Credentials) -> dict[str, str]:
    """What only this service may know."""
    database, user = f"tsunagi_{service}", broker_user(service)
    settings = {
        "TSUNAGI_DATABASE_URL": f"postgresql://{database}:{credentials.password(database)}@{POSTGRES}/{database}",
        "TSUNAGI_BROKER_URL": f"amqp://{user}:{credentials.password(user)}@{BROKER}/",
        "TSUNAGI_TOKEN_PUBLIC_KEY_FILE": f"{SECRETS}/{service}/token.public.pem",
    }
    if service == "gateway":
        settings["TSUNAGI_TOKEN_PRIVATE_KEY_FILE"] = f"{SECRETS}/gateway/token.private.pem"
    return settings


def provide_databases() -> None:
    credentials = Credentials(SECRETS / "house")
    superuser = f"postgresql://postgres:{credentials.password('postgres')}@{POSTGRES}/postgres"
    for service in SERVICES:
        databases.provide(superuser, f"tsunagi_{service}", credentials.password(f"tsunagi_{service}"))
        environment = os.environ | settings_of(service, credentials)
        subprocess.run([sys.executable, "-m", "chassis", service, "migrate"], env=environment, check=True)


if __name__ == "__main__":
    {"keys": keys, "databases": provide_databases}[sys.argv[1]]()
