"""The broker's users and permissions, as a definitions file that RabbitMQ loads when it starts.

A service may declare, fill and read its own queues (`lead.…`) and the shared exchanges, and may say only its own
events. `tsunagi-operations` may do everything, and enters the management page.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

OPERATIONS = "tsunagi-operations"
_SHARED = r"tsunagi\.(events|unrouted)"
# Dead letters go through the default exchange, whose name in permissions is amq.default.
_DEAD_LETTERS = r"amq\.default"


def broker_user(service: str) -> str:
    return f"tsunagi-{service}"


def definitions(services: Mapping[str, str], operations_password: str) -> str:
    """The file's text. `services`: name → password."""
    users = [_user(OPERATIONS, operations_password, ["administrator"])]
    users += [_user(broker_user(service), password) for service, password in services.items()]
    permissions = [_permission(OPERATIONS, ".*", ".*", ".*")]
    for service in services:
        own = rf"{_SHARED}|{service}\..+"
        permissions.append(_permission(broker_user(service), f"^({own})$", f"^({own}|{_DEAD_LETTERS})$", f"^({own})$"))
    topics = [
        {
            "user": broker_user(service),
            "vhost": "/",
            "exchange": "tsunagi.events",
            "write": rf"^{service}\.",
            "read": ".*",
        }
        for service in services
    ]
    content = {
        "vhosts": [{"name": "/"}],
        "users": users,
        "permissions": permissions,
        "topic_permissions": topics,
    }
    return json.dumps(content, indent=1)


def _user(name: str, password: str, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": _password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags or [],
    }


def _password_hash(password: str) -> str:
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode("ascii")


def _permission(user: str, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": "/", "configure": configure, "write": write, "read": read}
