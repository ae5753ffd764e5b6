"""A second process with a time limit: what hangs in there is killed, and the next question gets a new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self, cast

# Starting Python and loading the geometry library is not the feature's fault, and can be slow on a busy machine.
_START_LIMIT = 60.0

# -P keeps the current folder off the path: whoever sent the file may have put a module beside it.
_COMMAND = (sys.executable, "-P", "-m", "fieldfare.entrypoints.geojson.worker")


class TookTooLong(Exception):
    """The time limit ran out, and the process was killed."""


class Broke(Exception):
    """The process died, or could not do what was asked."""


class Workshop:
    """Asks the worker, and starts it when there is something to ask. Use it as a context manager."""

    def __init__(self, *, time_limit: float, command: Sequence[str] = _COMMAND) -> None:
        self.time_limit = time_limit
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._threads = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        self._threads.shutdown()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Give the worker's answer. Raises TookTooLong or Broke."""
        to_worker, from_worker = self._running()

        def exchange() -> bytes:
            to_worker.write(json.dumps(question).encode() + b"\n")
            to_worker.flush()
            return from_worker.readline()

        reply = json.loads(self._within(self.time_limit, exchange))
        if "error" in reply:
            raise Broke(reply["error"])
        return dict(reply)

    def _running(self) -> tuple[IO[bytes], IO[bytes]]:
        """Give the pipes to and from the worker, started if need be."""
        if self._process is None:
            # The worker finds this package where this process found it, installed or not.
            paths = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(  # noqa: S603 -- the command is ours, and no shell reads it
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
            )
            self._within(_START_LIMIT, _pipes(self._process)[1].readline)
        return _pipes(self._process)

    def _within(self, limit: float, talk: Callable[[], bytes]) -> bytes:
        """Talk with the worker in a thread, because pipes have no time limits on every system; kill it when late."""
        talking: Future[bytes] = self._threads.submit(talk)
        try:
            line = talking.result(timeout=limit)
        except TimeoutError:
            self._stop()
            wait([talking])
            raise TookTooLong(f"not done within {limit:g} s") from None
        except OSError as error:
            self._stop()
            raise Broke("the worker died") from error
        if not line:
            self._stop()
            raise Broke("the worker died")
        return line

    def _stop(self) -> None:
        """Kill the worker, if there is one, and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in _pipes(process):
            with suppress(OSError):  # what was still to be written has no reader any more
                pipe.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Give the pipes to and from a process, which was started with both."""
    return cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
