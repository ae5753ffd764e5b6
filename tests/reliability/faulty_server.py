"""The real server, which kills itself as kill -9 would, at a step that a test names. Only the tests start this.

The step is taken for the first time by the one request that a test sends there; the product itself knows no faults.
For each step that comes in by a line, a server is forked off, which saves it the time to import everything; how it
ended is written as a line, after those that it wrote itself.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import fieldfare.entrypoints.api.app
import fieldfare.entrypoints.serving
import fieldfare.wiring.database
import fieldfare.wiring.engine
import fieldfare.wiring.server  # noqa: F401 - all of them for their being there
from fieldfare.__main__ import main as run
from fieldfare.adapters.postgres.bookings import PostgresBookingBook
from fieldfare.adapters.postgres.once import PostgresOnceBook
from fieldfare.adapters.postgres.outbox import PostgresTaskBook
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.usecases.bookings.acting import Acting

STEPS: dict[str, tuple[type, str]] = {
    "claim": (PostgresOnceBook, "claim"),
    "lock": (PostgresBookingBook, "lock_technicians"),
    "judge": (PostgresBookingBook, "around"),
    "change": (PostgresBookingBook, "change"),
    "outbox": (PostgresTaskBook, "add"),
    "keep": (PostgresOnceBook, "keep"),
    "before commit": (Revising, "finish"),
    "before reply": (Acting, "run"),
}
"""After which of the product's own steps the process dies; the last one is over once the transaction is committed."""


def dying_after(step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Let a step be the last one."""

    async def die(*arguments: Any, **named: Any) -> Any:
        await step(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def main() -> None:
    """Fork off a server for each line, and tell how it ended."""
    for line in sys.stdin:
        server = os.fork()
        if server == 0:
            owner, name = STEPS[line.strip()]
            setattr(owner, name, dying_after(getattr(owner, name)))
            sys.argv[1:] = ["serve"]
            run()
            os._exit(0)
        _, status = os.waitpid(server, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
