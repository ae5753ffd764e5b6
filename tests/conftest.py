"""How hypothesis searches: the same examples on every run, or a search of its own with FIELDFARE_SEARCH=<examples>."""

import os

from hypothesis import HealthCheck, settings

SEARCH = int(os.environ.get("FIELDFARE_SEARCH", "0"))

settings.register_profile(
    "same",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search",
    deadline=None,
    max_examples=max(SEARCH, 1),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("search" if SEARCH else "same")
