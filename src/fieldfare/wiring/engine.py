"""What answers questions from files: the engine with the travel model that a business asks for."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from fieldfare.domain.answers import Answer
    from fieldfare.domain.business import Business
    from fieldfare.domain.configuration import Configuration
    from fieldfare.domain.explanations import Explanation
    from fieldfare.domain.questions import Question
    from fieldfare.domain.travel import CrowFlies, Matrix
    from fieldfare.entrypoints.cli.asking import Ask
    from fieldfare.entrypoints.cli.explain import Explain
    from fieldfare.ports.travel import TravelTimes

T = TypeVar("T")


@contextmanager
def asking() -> Iterator[Ask]:
    """Open what answers questions: one event loop for all that are asked."""
    from fieldfare.usecases.availability.find_slots import find_slots

    with _event_loop() as run:

        def ask(question: Question, *, explain: bool) -> Answer:
            travel = travel_times(question.business.travel)
            return run(find_slots(question, travel=travel, explain=explain))

        yield ask


@contextmanager
def explaining() -> Iterator[Explain]:
    """Open what explains starts."""
    from fieldfare.usecases.availability.explain_slot import explain_slot

    with _event_loop() as run:

        def explain(question: Question, *, technician: str, start: int) -> Explanation:
            travel = travel_times(question.business.travel)
            return run(explain_slot(question, technician=technician, start=start, travel=travel))

        yield explain


class _Run(Protocol):
    def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


@contextmanager
def _event_loop() -> Iterator[_Run]:
    """Open a loop that runs one coroutine after the other.

    `Runner.run` would handle SIGINT as well, and spell out each whole answer to the signal module as it does so: for a
    large one that takes seconds. A command line may just stop.
    """
    import asyncio

    with asyncio.Runner() as runner:
        yield runner.get_loop().run_until_complete


def travel_times(settings: CrowFlies | Matrix) -> TravelTimes:
    """Choose the travel model that a business's settings ask for."""
    from fieldfare.adapters.travel.crow_flies import CrowFliesTravel
    from fieldfare.adapters.travel.matrix import MatrixTravel
    from fieldfare.domain.travel import Matrix

    return MatrixTravel(settings) if isinstance(settings, Matrix) else CrowFliesTravel(settings)


def read_business(configuration: Configuration) -> Business:
    """Read a business's documents, which were checked when they were written."""
    from fieldfare.entrypoints.scenario.business import read_business as read_document

    _, business = read_document(configuration.document())
    return business
