"""The process in which polygons are judged and mended, so that it can be killed: one JSON line asks, one answers."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict
from typing import Any

from fieldfare.entrypoints.geojson.faults import first_of
from fieldfare.entrypoints.geojson.judging import judge
from fieldfare.entrypoints.geojson.mending import repair

READY = b"ready\n"


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Judge a geometry, or mend it and judge what came out."""
    geometry = question["geometry"]
    if question["do"] == "judge":
        return {"faults": [asdict(fault) for fault in first_of(judge(geometry, path=question["path"]))]}
    mended = repair(geometry)
    left = () if mended.geometry is None else judge(mended.geometry, path="")
    return {**asdict(mended), "still": [str(fault) for fault in first_of(left) if not fault.note]}


def main() -> None:
    """Answer until the questions end."""
    # The parent hears Ctrl-C as well, and ends this process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        try:
            reply = answer(json.loads(line))
        except Exception as error:  # whatever a library throws is about this feature, and the next may be sound
            reply = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
