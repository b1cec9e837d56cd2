"""`python -m deploy.prepare keys|databases`: the two one-shot steps before the house starts in containers.

keys: passwords, the key pair and the broker's users, made once and laid out under /secrets: one folder (a volume) for
each service, so that no service can read what is another's. databases: one database and login each, migrated.
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
        name = f"tsunagi_{service}"
        settings = {
            "TSUNAGI_DATABASE_URL": f"postgresql://{name}:{credentials.password(name)}@{POSTGRES}/{name}",
            "TSUNAGI_BROKER_URL": f"amqp://{broker_user(service)}:{credentials.password(broker_user(service))}@{BROKER}/",
            "TSUNAGI_TOKEN_PUBLIC_KEY_FILE": str(folder / "token.public.pem"),
        }
        write_secret(folder / "token.public.pem", public_key)
        if service == "gateway":
            settings["TSUNAGI_TOKEN_PRIVATE_KEY_FILE"] = str(folder / "token.private.pem")
            write_secret(folder / "token.private.pem", private_key)
        write_secret(folder / "environment", "".join(f"{key}='{value}'\n" for key, value in settings.items()))
    write_secret(servers / "postgres.password", credentials.password("postgres"))
    if not (servers / "definitions.json").exists():
        logins = {service: credentials.password(broker_user(service)) for service in SERVICES}
        write_secret(servers / "definitions.json", definitions(logins, credentials.password(OPERATIONS)))
        (servers / "definitions.json").chmod(0o644)  # the broker reads it as a user of its own; it holds hashes


def provide_databases() -> None:
    credentials = Credentials(SECRETS / "house")
    superuser = f"postgresql://postgres:{credentials.password('postgres')}@{POSTGRES}/postgres"
    for service in SERVICES:
        name = f"tsunagi_{service}"
        url = databases.provide(superuser, name, credentials.password(name))
        environment = os.environ | {"TSUNAGI_DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "chassis", service, "migrate"], env=environment, check=True)


if __name__ == "__main__":
    {"keys": keys, "databases": provide_databases}[sys.argv[1]]()
