"""An engine that answers without thinking, and the command line around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import typer

from fieldfare.domain.answers import Answer, Option, Refusal, Resolution, Slot
from fieldfare.domain.catalog import Quote
from fieldfare.domain.explanations import Explanation
from fieldfare.domain.questions import Question
from fieldfare.domain.zones import DecidedBy, Outcome
from fieldfare.entrypoints.cli.app import build_app
from fieldfare.entrypoints.cli.asking import Ask
from fieldfare.entrypoints.cli.explain import Explain
from fieldfare.wiring import doors

EXAMPLE = Path(__file__).parents[2] / "reading" / "example.json"
NOV_23 = 1_795_410_000  # 2026-11-23T00:00:00-05:00
HOUR = 3_600


def nothing(outcome: Outcome = Outcome.OUT_OF_AREA) -> Answer:
    """Answer with an outcome that sells nothing."""
    resolution = Resolution(
        outcome=outcome,
        zone=None,
        hub="H01",
        matched_boundaries=(),
        candidate_zones=(),
        decided_by=DecidedBy.NONE,
    )
    return Answer(resolution=resolution, quote=None, travel_source="crow_flies", slots=(), refusals=None)


def slot(start: int, *, detour: int, recommended: bool, technicians: tuple[str, ...] = ("t1",)) -> Slot:
    """Offer an hour at so many hours after the midnight that begins 23 November."""
    options = tuple(
        Option(technician=technician, detour_seconds=detour, before_seconds=0, after_seconds=0)
        for technician in technicians
    )
    return Slot(
        start=NOV_23 + start * HOUR,
        end=NOV_23 + (start + 1) * HOUR,
        block="AM",
        detour_seconds=detour,
        recommended=recommended,
        options=options,
    )


def offer(
    *slots: Slot, refusals: tuple[Refusal, ...] | None = None, price: int = 14_900, currency: str = "CAD"
) -> Answer:
    """Answer with slots in the zone of the example."""
    resolution = Resolution(
        outcome=Outcome.ZONE,
        zone="z1",
        hub="H01",
        matched_boundaries=("b1",),
        candidate_zones=("z1",),
        decided_by=DecidedBy.ONLY,
    )
    quote = Quote(
        product="tune-up", name="AC tune-up", description="", price=price, currency=currency, duration_minutes=60
    )
    return Answer(resolution=resolution, quote=quote, travel_source="crow_flies", slots=slots, refusals=refusals)


def app_around(answer: Answer | Exception) -> typer.Typer:
    """Build the command line around one answer, given to every question."""

    @contextmanager
    def asking() -> Iterator[Ask]:
        def ask(question: Question, *, explain: bool) -> Answer:
            if isinstance(answer, Exception) and question.request.product == "broken":
                raise answer
            return nothing() if isinstance(answer, Exception) else answer

        yield ask

    @contextmanager
    def explaining() -> Iterator[Explain]:
        def explain(question: Question, *, technician: str, start: int) -> Explanation:
            raise AssertionError(f"nothing is explained here: {question.now}, {technician}, {start}")

        yield explain

    return build_app(replace(doors(), asking=asking, explaining=explaining))
