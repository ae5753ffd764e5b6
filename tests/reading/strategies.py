"""Hypothesis strategies over the worlds and over starts that are asked for by name."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.reading.world_starts import asked
from tests.reading.worlds import world


def worlds() -> st.SearchStrategy[dict[str, Any]]:
    """Draw a seed and a size; a smaller size is a smaller world of the same seed."""
    return st.builds(
        world,
        st.integers(min_value=0, max_value=2**32 - 1),
        most_days=st.integers(min_value=1, max_value=35),
        most_technicians=st.integers(min_value=1, max_value=5),
        most_commitments=st.integers(min_value=0, max_value=25),
    )


@st.composite
def starts_by_name(draw: st.DrawFn, document: dict[str, Any], *, count: int = 12) -> list[tuple[str, int]]:
    """Draw pairs of a technician and a start on or beside the edges of this world."""
    return asked(Random(draw(st.integers(min_value=0, max_value=2**32 - 1))), document, count)
