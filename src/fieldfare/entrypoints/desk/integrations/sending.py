"""Send something again that GoHighLevel had refused."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.doing import carry_out
from fieldfare.usecases.integrations.replay_write import ReplayWrite, UnknownWriteError, replay_write


async def send_again(asking: Asking) -> Response:
    """Let what was put aside be sent once more, at once."""
    wanted = ReplayWrite(write=str(asking.request.path_params["id"]), actor=asking.who.actor)
    try:
        await carry_out(asking, lambda desk: replay_write(desk, wanted), wish=f"send {wanted.write}")
    except UnknownWriteError:
        raise Problem("not_found") from None
    return asking.go("crm", "writes", notice="sent_again")
