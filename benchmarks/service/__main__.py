"""`python -m benchmarks.service`: measure, and write the section of docs/performance.md anew."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.service.asking import (
    Waits,
    a_change,
    another_place,
    same_place,
    seconds_until_seen,
    tag_of,
    wait_for,
)
from benchmarks.service.running import Brought, bring_in, key_for, load, resident_mb, settings, two_servers
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.wiring.engine import travel_times
from tests.servers import Server

PAGE = Path("docs") / "performance.md"
BEGIN, END = "<!-- service: written by python -m benchmarks.service -->", "<!-- service: end -->"
SIZES = (5, 50, 500)
GOALS_MS = {5: 15, 500: 50}
"""The 95th percentile with another place each time."""


def from_scratch_ms(brought: Brought) -> float:
    """Time what a service without anything kept would do: lay out and answer the whole question, in process."""
    question = read_scenario(json.dumps(brought.scenario))
    travel = travel_times(question.business.travel)
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        asyncio.run(find_slots(question, travel=travel, explain=False))
        took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took)


def rows_of(server: Server, brought: Brought) -> Iterator[tuple[str, Waits]]:
    """Measure one business, warmed up first."""
    key = key_for(server, brought.id)
    wait_for(server, another_place(brought), requests=40)
    yield "another place each time", wait_for(server, another_place(brought))
    yield "the same place, ready bytes", wait_for(server, same_place(brought))
    yield "the same place, unchanged (304)", wait_for(server, same_place(brought, tag=tag_of(server, brought)))
    change = a_change(brought, key)
    yield "after a change of one technician-day", wait_for(server, another_place(brought), before=change, requests=160)


def section() -> Iterator[str]:
    """Measure everything, and give the lines of the section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        env = settings(folder / "data")
        brought = [bring_in(size, env, folder) for size in SIZES]
        busy = load()
        with two_servers(env, folder) as (one, two):
            yield "| technicians | request | p50 | p95 | p99 | goal for p95 |"
            yield "| --- | --- | --- | --- | --- | --- |"
            for size, business in zip(SIZES, brought, strict=True):
                for number, (title, waits) in enumerate(rows_of(one, business)):
                    goal = GOALS_MS.get(size) if number == 0 else None
                    verdict = "" if goal is None else f"{goal} ms: {'met' if waits.at(0.95) < goal else 'missed'}"
                    figures = " | ".join(f"{waits.at(share):.1f} ms" for share in (0.5, 0.95, 0.99))
                    yield f"| {size} | {title} | {figures} | {verdict} |"
            seen = seconds_until_seen(one, two, brought[0], key_for(one, brought[0].id))
            memory = resident_mb(one)
        yield ""
        largest = brought[-1]
        yield f"- The largest business has {len(largest.scenario['commitments']):,} commitments. Its first import took"
        yield f"  {largest.first_import:.1f} s, process start included, and the second, with nothing to change,"
        yield f"  {largest.second_import:.1f} s."
        yield f"- The server's process, with all three businesses laid out, holds {memory:.0f} MB."
        yield f"- A change through one server is seen by another after {statistics.median(seen) * 1_000:.0f} ms, at the"
        yield f"  latest after {max(seen) * 1_000:.0f} ms (goal: a second)."
        ratios = ", ".join(
            f"{from_scratch_ms(business):.1f} ms at {size}" for size, business in zip(SIZES, brought, strict=True)
        )
        yield f"- Laying out from scratch and answering the staff's form, in process and alone, takes {ratios}."
        yield f"- Load of the machine before the first request: {busy:.1f}."


def main() -> None:
    """Rewrite the section."""
    lines = "\n".join(section())
    page = PAGE.read_text(encoding="utf-8")
    written = re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", f"{BEGIN}\n\n{lines}\n\n{END}", page, flags=re.DOTALL)
    PAGE.write_text(written, encoding="utf-8")
    print(lines)


if __name__ == "__main__":
    main()
