"""`fieldfare-ghl-sim`: the simulator as a server on this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from fieldfare_ghl_sim.courier import Courier
from fieldfare_ghl_sim.keeping import Keeper
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.webhooks import is_loopback
from fieldfare_ghl_sim.worlds import WORLDS

HOST = "127.0.0.1"


class WorldName(StrEnum):
    """The worlds to begin with."""

    northern_comfort = "northern-comfort"
    empty = "empty"


def serve(
    *,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 0,
    world: Annotated[WorldName, typer.Option(help="What is there at the beginning.")] = WorldName.northern_comfort,
    webhooks: Annotated[str | None, typer.Option(help="Where webhooks go, on this machine.")] = None,
    public_key: Annotated[
        Path | None, typer.Option(help="Where to write the key by which webhooks are checked.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="A file that keeps the account from one start to the next.")
    ] = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Tolerate what the files forbid.")] = False,
    speed: Annotated[float, typer.Option(help="How many times faster than real time its clock runs.")] = 1.0,
    until_parent_ends: Annotated[
        bool, typer.Option("--until-parent-ends", help="End with whoever started it.")
    ] = False,
) -> None:
    """Run a simulated GoHighLevel, with a page of its own at /_sim/."""
    if webhooks is not None and not is_loopback(webhooks):
        raise typer.BadParameter(
            "Webhooks go to this machine only: http://127.0.0.1:PORT/PATH", param_hint="--webhooks"
        )
    if until_parent_ends:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)  # the server gives the signal on when it has closed; by then there is more to do
    simulator = Simulator(clock=fast_clock(speed), strict=not lenient)
    keeper = None if state is None else Keeper(simulator, state)
    if keeper is None or not keeper.load():
        WORLDS[world.value](simulator)
    simulator.deliver_webhooks_to(webhooks)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            raise typer.BadParameter(
                f"can't listen on {HOST}, port {port}: {error.strerror}", param_hint="--port"
            ) from None
        if public_key is not None:  # only now: the key in the file may be that of a simulator that listens already
            public_key.write_text(simulator.webhook_public_key_pem, encoding="ascii")
        asyncio.run(_serve(simulator, listener, keeper))


async def _serve(simulator: Simulator, listener: socket.socket, keeper: Keeper | None) -> None:
    config = uvicorn.Config(simulator.app, log_level="warning", lifespan="off", access_log=False)
    beside = [asyncio.create_task(Courier(simulator).run())]
    if keeper is not None:
        beside.append(asyncio.create_task(keeper.run()))
    print(f"GoHighLevel simulator listens on http://{HOST}:{listener.getsockname()[1]}", flush=True)
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


def _stop(*_: object) -> None:
    raise SystemExit(0)


def _end_with(parent: int) -> None:
    """Wait until the program that started this one has ended, and end too."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def fast_clock(speed: float) -> Callable[[], float]:
    """Make a clock that begins now and runs faster than others."""
    begun = time.time()
    return lambda: begun + (time.time() - begun) * speed


def main() -> None:
    """Run the command."""
    typer.run(serve)


if __name__ == "__main__":
    main()
