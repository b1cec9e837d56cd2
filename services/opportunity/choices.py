"""The values of the masters: finding the one that a request names."""

from chassis import choices

from .models import Choice


class Choices(choices.Choices):
    """The values of opportunity-phases, account-relations and activity-types."""

    model = Choice

    def probability(self, phase: str) -> int | None:
        """What a phase makes of the probability, in percent; None: it says nothing."""
        choice = self.by_code.get(("opportunity-phases", phase))
        return choice.probability if choice else None
