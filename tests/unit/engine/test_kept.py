"""What is kept of a layout: by what it is found again, and how some of its rows give way to others."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pytest

from fieldfare.domain.clock import clock_of
from fieldfare.domain.schedules import Owner, Schedule
from fieldfare.engine.columns import Splice
from fieldfare.engine.open_times import OpenTimes
from fieldfare.engine.recent import Recent

DAY_HOURS = {0: ((480, 1_020),)}
NIGHT_HOURS = {0: ((1_200, 300),)}


class Making:
    """Makes a value for each key that isn't kept, and counts them."""

    def __init__(self, recent: Recent[int, int]) -> None:
        self.recent = recent
        self.made: list[int] = []

    def ask(self, *keys: int) -> list[int]:
        return [self.recent.of(key, partial(self._make, key)) for key in keys]

    def _make(self, key: int) -> int:
        self.made.append(key)
        return key


def test_what_was_used_longest_ago_is_forgotten() -> None:
    making = Making(Recent(2))
    assert making.ask(1, 2, 1, 3, 1, 2) == [1, 2, 1, 3, 1, 2]
    assert making.made == [1, 2, 3, 2]


def test_what_weighs_more_takes_more_room_but_the_last_always_stays() -> None:
    making = Making(Recent(10, weigh=lambda value: value))
    making.ask(4, 6, 4, 6, 50, 50, 4)
    assert making.made == [4, 6, 50, 4]


def test_a_value_that_is_kept_anew_weighs_once() -> None:
    recent: Recent[str, int] = Recent(10, weigh=lambda value: value)
    recent.keep("a", 5)
    for _ in range(5):
        recent.keep("b", 5)
    assert recent.of("a", lambda: 0) == 5


def test_changed_values_stand_beside_the_old_ones() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    later = recent.changed(lambda value: value + 1)
    assert (recent.of("a", lambda: 0), later.of("a", lambda: 0)) == (1, 2)


@pytest.mark.parametrize(
    ("owners", "new", "expected"),
    [
        ([], [], ["a0", "b0", "b1", "d0"]),
        ([1], [["B"]], ["a0", "B", "d0"]),
        ([2], [["C", "D"]], ["a0", "b0", "b1", "C", "D", "d0"]),
        ([3, 0], [[], ["A", "B"]], ["A", "B", "b0", "b1"]),
        ([0, 1, 2, 3], [[], [], [], []], []),
    ],
)
def test_runs_of_rows_give_way_to_others(owners: list[int], new: list[list[str]], expected: list[str]) -> None:
    rows = [["a0"], ["b0", "b1"], [], ["d0"]]
    offsets, table = _table(rows)
    new_offsets, new_table = _table(new)

    splice = Splice.of(offsets, owners=np.array(owners, dtype=np.int64), new=new_offsets)

    assert splice.column(table, new_table).tolist() == expected
    for owner, run in zip(owners, new, strict=True):
        rows[owner] = run
    assert splice.offsets.tolist() == _table(rows)[0].tolist()


def test_people_with_the_same_hours_share_them() -> None:
    one, other = _schedules("t1", "a", DAY_HOURS), _schedules("t2", "b", DAY_HOURS)
    assert _shared(one, other)


@pytest.mark.parametrize(
    "fields",
    [
        {"priority": 5},
        {"effective_from": date(2027, 1, 4)},
        {"effective_to": date(2027, 1, 4)},
        {"active": False},
        {"week": NIGHT_HOURS},
        {"exceptions": {date(2027, 1, 4): ()}},
    ],
)
def test_people_with_other_hours_have_their_own(fields: dict[str, Any]) -> None:
    assert not _shared(_schedules("t1", "a", DAY_HOURS), _schedules("t2", "b", DAY_HOURS, **fields))


def test_of_two_schedules_the_smaller_id_rules_whatever_their_order() -> None:
    # Rule S2: of equal rank, so that the ids decide, and not the order in which they are written.
    one = [*_schedules("t1", "b", NIGHT_HOURS), *_schedules("t1", "a", DAY_HOURS)]
    other = [*_schedules("t2", "c", DAY_HOURS), *_schedules("t2", "d", NIGHT_HOURS)]
    assert _shared(one, other)
    assert not _shared(one, [*_schedules("t2", "c", NIGHT_HOURS), *_schedules("t2", "d", DAY_HOURS)])


def test_hours_for_a_zone_go_before_those_for_all() -> None:
    times = OpenTimes(
        clock_of("America/Toronto"),
        [
            Schedule(id="a", owner=Owner(technician="t1"), week=DAY_HOURS),
            Schedule(id="b", owner=Owner(technician="t1", zone="z1"), week=NIGHT_HOURS),
            Schedule(id="c", owner=Owner(technician="t2"), week=NIGHT_HOURS),
            Schedule(id="d", owner=Owner(technician="t2", zone="z1"), week=DAY_HOURS),
        ],
    )
    assert times.of_technician("t1", zone="z1") is not times.of_technician("t2", zone="z1")
    assert times.of_technician("t1", zone="z2") is not times.of_technician("t2", zone="z2")
    assert times.of_technician("t1", zone="z1") is not times.of_technician("t1", zone="z2")


def _table(runs: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.cumsum([0, *(len(run) for run in runs)])
    return offsets, np.array([row for run in runs for row in run], dtype=np.str_)


def _schedules(technician: str, id_: str, hours: Any, **fields: Any) -> list[Schedule]:
    return [Schedule(**{"id": id_, "owner": Owner(technician=technician), "week": hours, **fields})]


def _shared(one: list[Schedule], other: list[Schedule]) -> bool:
    times = OpenTimes(clock_of("America/Toronto"), [*one, *other])
    return times.of_technician("t1", zone="z") is times.of_technician("t2", zone="z")
