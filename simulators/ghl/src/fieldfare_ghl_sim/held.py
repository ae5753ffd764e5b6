"""What all parts of the simulator's side for tests and people hold."""

from __future__ import annotations

from collections.abc import Callable

from fieldfare_ghl_sim.faults import Faults
from fieldfare_ghl_sim.tokens import Tokens
from fieldfare_ghl_sim.webhooks import Keys, Outbox
from fieldfare_ghl_sim.world import Quirks, World


class Held:
    """The simulated vendor's insides."""

    clock: Callable[[], float]
    world: World
    tokens: Tokens
    faults: Faults
    keys: Keys
    outbox: Outbox
    quirks: Quirks
    webhook_url: str | None
