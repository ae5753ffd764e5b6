"""B4 and *What is a commitment*: the steps of a booking, and the time that it takes."""

from __future__ import annotations

import pytest

from fieldfare.domain.bookings import EXCLUSIVE, Status, Timing, may_become

NEXT = {
    "requested": "confirmed cancelled",
    "held": "confirmed expired",
    "expired": "",
    "confirmed": "en_route in_progress cancelled no_show failed",
    "en_route": "in_progress cancelled no_show failed",
    "in_progress": "completed cancelled no_show failed",
    "completed": "",
    "cancelled": "",
    "no_show": "",
    "failed": "",
}


@pytest.mark.parametrize("status", Status)
def test_a_booking_takes_these_steps_and_no_others(status: Status) -> None:
    assert {wanted.value for wanted in Status if may_become(status, wanted)} == set(NEXT[status.value].split())
    assert status.over is (not NEXT[status.value])


START, END = 1_000, 2_000
TAKEN: list[tuple[str, dict[str, int], int, tuple[int, int] | None]] = [
    ("requested", {}, 0, None),
    ("cancelled", {}, 0, None),
    ("failed", {"ended_at": 1_500}, 1_600, None),
    ("expired", {"expires_at": 50}, 0, None),
    ("held", {"expires_at": 50}, 49, (START, END)),
    ("held", {"expires_at": 50}, 50, None),
    ("confirmed", {}, 0, (START, END)),
    ("confirmed", {}, 5_000, (START, END)),
    # An estimate alone moves nothing before the visit should have ended.
    ("confirmed", {"estimated_end": 2_600}, 1_999, (START, END)),
    ("confirmed", {"estimated_end": 2_600}, 2_000, (START, 2_600)),
    ("confirmed", {"estimated_end": 1_600}, 2_000, (START, END)),
    ("en_route", {"estimated_end": 2_600}, 2_000, (START, 2_600)),
    ("in_progress", {"started_at": 900}, 950, (900, END)),
    ("in_progress", {"started_at": 1_100}, 1_200, (START, END)),
    ("in_progress", {"started_at": 1_100, "estimated_end": 2_300}, 1_200, (START, 2_300)),
    ("in_progress", {"started_at": 1_100, "estimated_end": 1_500}, 1_200, (START, END)),
    ("completed", {"started_at": 900, "ended_at": 2_400}, 3_000, (START, END)),
    # Told before its time, a no-show leaves the time free; told afterwards, the time was taken.
    ("no_show", {"ended_at": 999}, 999, None),
    ("no_show", {"ended_at": 999}, 5_000, None),
    ("no_show", {"ended_at": 1_000}, 1_000, (START, END)),
]


@pytest.mark.parametrize(("status", "known", "now", "taken"), TAKEN)
def test_a_booking_takes_this_time(status: str, known: dict[str, int], now: int, taken: tuple[int, int] | None) -> None:
    timing = Timing(status=Status(status), start=START, end=END, **known)

    assert timing.taken(now) == taken


@pytest.mark.parametrize(("status", "known", "now", "taken"), TAKEN)
def test_what_it_takes_changes_by_itself_only_when_it_says_so(
    status: str, known: dict[str, int], now: int, taken: tuple[int, int] | None
) -> None:
    timing = Timing(status=Status(status), start=START, end=END, **known)
    turns_at = timing.turns_at(now)

    changes = [at for at in range(now, 6_000) if timing.taken(at) != taken]
    assert turns_at == (changes[0] if changes else None)


def test_the_database_excludes_what_always_takes_its_own_time() -> None:
    assert {status.value for status in EXCLUSIVE} == {"held", "confirmed", "en_route", "in_progress", "completed"}
