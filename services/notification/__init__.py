"""Notification: tells people what happened to them, in the portlet and by mail.

Owns notifications, mails, and a copy of the users. Says nothing. Hears that users changed, that leads were assigned,
that first responses are overdue, that a lead was converted or that was taken back. Calls nobody but the mail server.
"""

from chassis.service import Service

from . import consumers, models, routes
from .channels import mail

service = Service(
    "notification",
    routes=routes.routes,
    consumers=consumers.consumers,
    metadata=models.Base.metadata,
    loops={"mail": mail.deliver},
)
