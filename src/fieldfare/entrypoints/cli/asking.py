"""What the commands need of the engine, as types alone, so that nothing heavy loads before a command runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from fieldfare.domain.answers import Answer
    from fieldfare.domain.questions import Question


class Ask(Protocol):
    """Whoever answers a question."""

    def __call__(self, question: Question, *, explain: bool) -> Answer:
        """Answer a question, with the reasons of all refusals if `explain`."""
        ...


Asking: TypeAlias = "Callable[[], AbstractContextManager[Ask]]"
"""Opens what answers questions, once for any number of them."""
