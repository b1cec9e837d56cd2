"""The values of the masters: finding the one that a request names."""

from chassis import choices

from .models import Choice

# Meanings of campaign-statuses in which no more lists are taken in.
CLOSED = ("ended", "cancelled")


class Choices(choices.Choices):
    """The values of campaign-categories, campaign-statuses, stakeholder-kinds, venue-types and cost-kinds."""

    model = Choice
