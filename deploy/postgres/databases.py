"""One database and one login for each service: the login owns its database, and nobody else may enter it.

Safe to repeat: what is there stays, and the password becomes the one given.
"""

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

# What every service is tested with: Unicode letters know their case, and text sorts by code point, on any machine.
_BUILTIN_LOCALE = " ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
_BUILTIN_LOCALE_SINCE = 170_000


def provide(superuser_url: str, name: str, password: str) -> str:
    """Make login and database `name`, and give the URL by which the service enters."""
    identifier = sql.Identifier(name)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        # Two starts at once would both find nothing there.
        connection.execute("SELECT pg_advisory_lock(hashtext('tsunagi databases'))")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(identifier))
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(identifier, sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            create_database(connection, name, owner=name)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(identifier))
    return with_login(superuser_url, name, password)


def create_database(connection: psycopg.Connection, name: str, owner: str | None = None) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    if owner:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    locale = _BUILTIN_LOCALE if connection.info.server_version >= _BUILTIN_LOCALE_SINCE else " ENCODING 'UTF8'"
    connection.execute(statement + sql.SQL(locale))


def remove(superuser_url: str, name: str) -> None:
    """Remove a database made by `provide`, and its login."""
    identifier = sql.Identifier(name)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(identifier))


def with_login(url: str, name: str, password: str) -> str:
    """The same server, database and login `name`."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{password}@{server}", path=f"/{name}"))


def with_database(url: str, name: str) -> str:
    """The same server and login, database `name`."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
