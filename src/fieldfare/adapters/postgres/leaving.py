"""Signals that ask a process to leave, so that whoever has started a server stops it, whenever they come."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

if sys.platform == "win32":
    ASKING = (signal.SIGINT, signal.SIGTERM)
else:
    ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, the polite end, and a terminal that is closed."""


@contextmanager
def leaving_by_exception() -> Iterator[None]:
    """Let a signal that would end the process at once raise `SystemExit`, so that what was begun is ended, too."""
    before = {number: signal.getsignal(number) for number in ASKING}
    deadly = [number for number, handler in before.items() if handler == signal.SIG_DFL]
    for number in deadly:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in deadly:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep signals until something is done that must not stop half-way; only then they have their effect.

    The commands that are run meanwhile are not disturbed, either: Ctrl-C reaches all processes of a terminal.
    """
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)

    before = {number: signal.signal(number, note) for number in ASKING if signal.getsignal(number) != signal.SIG_IGN}
    try:
        with _blocked():
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if noted:
            signal.raise_signal(noted[0])


@contextmanager
def _blocked() -> Iterator[None]:
    """Block the signals: the commands that this thread runs inherit that, and servers end it once they have begun."""
    if sys.platform == "win32":
        yield
    else:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
