"""Who gets what: the one file that brings entrypoints and adapters together; everything loads on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from fieldfare.domain.answers import Answer
    from fieldfare.domain.explanations import Explanation
    from fieldfare.domain.questions import Question
    from fieldfare.domain.travel import CrowFlies, Matrix
    from fieldfare.entrypoints.cli.asking import Ask
    from fieldfare.entrypoints.cli.explain import Explain
    from fieldfare.ports.travel import TravelTimes


def command_line() -> typer.Typer:
    """Build the command line."""
    from fieldfare.entrypoints.cli.app import build_app

    return build_app(asking, explaining)


@contextmanager
def asking() -> Iterator[Ask]:
    """Open what answers questions: one event loop for all that are asked."""
    import asyncio

    from fieldfare.usecases.availability.find_slots import find_slots

    with asyncio.Runner() as runner:

        def ask(question: Question, *, explain: bool) -> Answer:
            travel = travel_times(question.business.travel)
            return runner.run(find_slots(question, travel=travel, explain=explain))

        yield ask


@contextmanager
def explaining() -> Iterator[Explain]:
    """Open what explains starts."""
    import asyncio

    from fieldfare.usecases.availability.explain_slot import explain_slot

    with asyncio.Runner() as runner:

        def explain(question: Question, *, technician: str, start: int) -> Explanation:
            travel = travel_times(question.business.travel)
            return runner.run(explain_slot(question, technician=technician, start=start, travel=travel))

        yield explain


def travel_times(settings: CrowFlies | Matrix) -> TravelTimes:
    """Choose the travel model that a business's settings ask for."""
    from fieldfare.adapters.travel.crow_flies import CrowFliesTravel
    from fieldfare.adapters.travel.matrix import MatrixTravel
    from fieldfare.domain.travel import Matrix

    return MatrixTravel(settings) if isinstance(settings, Matrix) else CrowFliesTravel(settings)
