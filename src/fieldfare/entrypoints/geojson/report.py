"""Saying what a check found: in lines for people, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fieldfare.entrypoints.geojson.checking import Mended, Verdict
from fieldfare.entrypoints.geojson.faults import MOST_FAULTS

# Beyond this, mending has probably understood the shape otherwise than whoever drew it.
BIG_CHANGE_PERCENT = 1.0


def lines(verdict: Verdict) -> Iterator[str]:
    """Say what is wrong with a feature, one line for each fault, and how it was mended."""
    for fault in verdict.faults:
        mark = "note: " if fault.note else ""
        end = "" if fault.note else " (can be mended)" if fault.mendable else " (cannot be mended)"
        yield f"{verdict.feature}: {mark}{fault}{end}"
    if len(verdict.faults) >= MOST_FAULTS:
        yield f"{verdict.feature}: only the first {MOST_FAULTS} are listed"
    if verdict.mended is not None:
        yield f"{verdict.feature}: mended; {_change(verdict.mended)}"


def warnings(verdict: Verdict) -> Iterator[str]:
    """Say what somebody should look at before they use the mended file."""
    if verdict.left_out is not None:
        yield f"{verdict.feature}: left out: {verdict.left_out}"
    elif verdict.mended is not None and is_big(verdict.mended):
        yield f"warning: {verdict.feature}: {_change(verdict.mended)}; compare it with the original on a map"


def is_big(mended: Mended) -> bool:
    """Tell whether mending changed the area so much that somebody should look, or nobody knows."""
    return mended.change_percent is None or abs(mended.change_percent) > BIG_CHANGE_PERCENT


def summary(verdicts: Sequence[Verdict], *, mending: bool) -> str:
    """Count what was found, and what was done."""
    faulty = [verdict for verdict in verdicts if verdict.is_faulty]
    said = f"{_count(len(verdicts), 'feature')}, {len(faulty)} faulty"
    if mending:
        mended = sum(verdict.mended is not None for verdict in verdicts)
        return f"{said}; {mended} mended, {sum(verdict.left_out is not None for verdict in verdicts)} left out"
    return f"{said}, of which {sum(verdict.is_mendable for verdict in faulty)} can be mended" if faulty else said


def as_json(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Give the findings of the features that have any."""
    return {"features": [_entry(verdict) for verdict in verdicts if verdict.faults]}


def _entry(verdict: Verdict) -> dict[str, Any]:
    feature, mended = verdict.feature, verdict.mended
    return {
        "index": feature.index,
        "id": feature.id,
        "name": feature.name,
        "faults": [
            {
                "kind": fault.kind,
                "note": fault.note,
                "path": fault.path,
                "message": fault.what,
                "at": None if fault.at is None else {"lng": fault.at[0], "lat": fault.at[1]},
                "mendable": fault.mendable,
            }
            for fault in verdict.faults
        ],
        "mended": None if mended is None else {"area_change_percent": mended.change_percent, "warning": is_big(mended)},
        "left_out": verdict.left_out,
    }


def _change(mended: Mended) -> str:
    """Say by how much the area changed."""
    if mended.change_percent is None:
        return "by how much the area changed cannot be told"
    rounded = f"{mended.change_percent:+.2f}"
    return "the area is the same to 0.01 %" if float(rounded) == 0 else f"the area changed by {rounded} %"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
