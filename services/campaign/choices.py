"""The values of the masters: finding the one that a request names."""

from chassis import choices

from .models import Choice

# Meanings of campaign-statuses in which no lists are taken in. Lists of participants come after the event has ended.
CLOSED = ("cancelled",)


class Choices(choices.Choices):
    """The values of campaign-categories, campaign-statuses, stakeholder-kinds, venue-types and cost-kinds."""

    model = Choice
