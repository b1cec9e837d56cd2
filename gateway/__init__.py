"""Gateway: the only door for people and other systems.

Owns users, departments, sign-ins, personal tokens and saved searches. Says that users changed. Hears nothing.
Calls every service, in the name of who is signed in, to compose pages and to answer the public API.
"""

from flask import Flask

from chassis.service import Service

from . import (
    api,
    authentication,
    calling,
    commands,
    compression,
    csrf,
    demo_users,
    first_administrator,
    guard,
    models,
    pages,
)
from .routes import routes


def extend(app: Flask) -> None:
    """What the gateway has beside the routes of a service: the public API of the others, and pages."""
    guard.register(app)
    compression.register(app)
    api.register(app)
    app.jinja_env.globals.update(
        current_user=authentication.current_user, csrf_token=csrf.csrf_token, form_key=calling.form_key
    )
    pages.register(app)
    guard.check_doors(app)


service = Service(
    "gateway",
    routes=routes,
    metadata=models.Base.metadata,
    authenticate=authentication.authenticate,
    calls={
        "campaign": "pages and the public API show campaigns",
        "lead": "pages and the public API show and change leads",
        "opportunity": "pages and the public API show accounts and opportunities, and convert leads",
        "notification": "the portlet",
        "import": "lists go in and out",
    },
    tools={
        "demo-users": demo_users.create,
        "create-administrator": first_administrator.create,
        "say-users": commands.say_everybody,
    },
    extend=extend,
)
