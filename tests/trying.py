"""How often properties are tried, and on which examples."""

import os

from hypothesis import HealthCheck, Phase, settings

SEARCHED = int(os.environ.get("TSUNAGI_EXAMPLES", "0"))


def tried(examples: int) -> settings:
    """On the same few examples every time, so that what a change breaks is the change's; TSUNAGI_EXAMPLES=400 looks for
    others."""
    return settings(
        max_examples=SEARCHED or examples,
        derandomize=not SEARCHED,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
