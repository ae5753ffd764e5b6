"""Ending with the program that started this one: what runs beside a demonstration must not outlive it."""

from __future__ import annotations

import os
import signal
import threading
import time


def end_with_parent() -> None:
    """End this program by SIGTERM once another is its parent; returns at once."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)
