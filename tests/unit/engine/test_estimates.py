"""How one visit's delay moves those behind it (rule B11)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fieldfare.domain.places import Place
from fieldfare.engine.estimates import Estimate, Stop, estimate, legs, must_tell
from tests.worlds import table

MINUTE = 60
A, B, C = (Place(lat=43.5, lng=-79.0 - step) for step in range(3))
DRIVE = 10
"""Minutes between any two places."""


def drive(_a: Place, _b: Place) -> int:
    return DRIVE * MINUTE


def at(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * MINUTE


def stop(id_: str, start: str, end: str, place: Place | None, **facts: str) -> Stop:
    known = {name: at(clock) for name, clock in facts.items()}
    return Stop(id=id_, place=place, start=at(start), end=at(end), **known)


def day(*, second: dict[str, str] | None = None, **first: str) -> list[Stop]:
    """Give three visits of an hour: the second follows the first closely, the third with an hour's break."""
    return [
        stop("1", "09:00", "10:00", A, **first),
        stop("2", "10:15", "11:15", B, **(second or {})),
        stop("3", "12:25", "13:25", C),
    ]


AS_PROMISED = [("2", "10:15", "11:15"), ("3", "12:25", "13:25")]


@table(
    "stops, now, expected",
    {
        "nothing has begun": (day(), "08:00", [("1", "09:00", "10:00"), *AS_PROMISED]),
        "on time": (day(started_at="09:00"), "09:30", [("1", "09:00", "10:00"), *AS_PROMISED]),
        "started late, within the slack": (
            day(started_at="09:05"),
            "09:30",
            [("1", "09:05", "10:05"), *AS_PROMISED],
        ),
        "started late": (
            day(started_at="09:30"),
            "09:31",
            [("1", "09:30", "10:30"), ("2", "10:40", "11:40"), ("3", "12:25", "13:25")],
        ),
        "started early": (day(started_at="08:45"), "08:50", [("1", "08:45", "09:45"), *AS_PROMISED]),
        "overruns, nobody says how long": (
            day(started_at="09:00"),
            "10:20",
            [("1", "09:00", "10:20"), ("2", "10:30", "11:30"), ("3", "12:25", "13:25")],
        ),
        "overruns beyond the break": (
            day(started_at="09:00"),
            "11:30",
            [("1", "09:00", "11:30"), ("2", "11:40", "12:40"), ("3", "12:50", "13:50")],
        ),
        "the technician says how long": (
            day(started_at="09:00", reported_end="10:45"),
            "10:05",
            [("1", "09:00", "10:45"), ("2", "10:55", "11:55"), ("3", "12:25", "13:25")],
        ),
        "reported before its end": (
            day(started_at="09:30", reported_end="10:00"),
            "09:40",
            [("1", "09:30", "10:00"), *AS_PROMISED],
        ),
        "even longer than reported": (
            day(started_at="09:00", reported_end="10:30"),
            "10:45",
            [("1", "09:00", "10:45"), ("2", "10:55", "11:55"), ("3", "12:25", "13:25")],
        ),
        "ended late": (
            day(started_at="09:00", finished_at="10:30"),
            "10:31",
            [("2", "10:40", "11:40"), ("3", "12:25", "13:25")],
        ),
        "ended early, and nobody is asked to be ready before their time": (
            day(started_at="09:00", finished_at="09:20"),
            "09:21",
            AS_PROMISED,
        ),
        "a delay is caught up on": (
            day(started_at="09:30", finished_at="10:30", second={"started_at": "10:40", "finished_at": "11:00"}),
            "11:01",
            [("3", "12:25", "13:25")],
        ),
        "should have ended, though nobody said that it began": (
            day(),
            "10:30",
            [("1", "09:00", "10:30"), ("2", "10:40", "11:40"), ("3", "12:25", "13:25")],
        ),
        "begun out of turn": (
            day(second={"started_at": "08:00"}),
            "08:10",
            [("1", "09:00", "10:00"), ("2", "08:00", "09:00"), ("3", "12:25", "13:25")],
        ),
        "all is done": (
            [stop("1", "09:00", "10:00", A, started_at="09:00", finished_at="10:00")],
            "10:30",
            [],
        ),
        "no visit": ([], "10:30", []),
        "no drive to where one is": (
            [stop("1", "09:00", "10:00", A, finished_at="10:30"), stop("2", "10:00", "11:00", A)],
            "10:30",
            [("2", "10:30", "11:30")],
        ),
        "a visit without a place is driven past": (
            [
                stop("1", "09:00", "10:00", A, finished_at="10:30"),
                stop("2", "10:00", "10:15", None),
                stop("3", "10:15", "11:15", B),
            ],
            "10:30",
            [("2", "10:30", "10:45"), ("3", "10:55", "11:55")],
        ),
    },
)
def test_estimates_of_a_day(stops: list[Stop], now: str, expected: list[tuple[str, str, str]]) -> None:
    wanted = tuple(Estimate(id=id_, start=at(start), end=at(end)) for id_, start, end in expected)

    assert estimate(stops, now=at(now), drive=drive) == wanted
    assert estimate(reversed(stops), now=at(now), drive=drive) == wanted


@table(
    "places, expected",
    {
        "each to the next": ((A, B, C), ((A, B), (B, C))),
        "past a visit without a place": ((A, None, C), ((A, C),)),
        "none to where one is": ((A, A, B), ((A, B),)),
        "each once": ((A, B, A, B), ((A, B), (B, A))),
        "none for one stop": ((A,), ()),
    },
)
def test_the_drives_that_are_needed(
    places: tuple[Place | None, ...], expected: tuple[tuple[Place, Place], ...]
) -> None:
    stops = [Stop(id=str(row), place=place, start=row, end=row + 1) for row, place in enumerate(places)]

    assert legs(reversed(stops)) == expected


@table(
    "told, estimated, expected",
    {
        "on time": (None, "10:00", False),
        "late by the threshold": (None, "10:15", False),
        "late by more": (None, "10:16", True),
        "early by more": (None, "09:44", True),
        "as was told": ("10:30", "10:30", False),
        "about as was told": ("10:30", "10:45", False),
        "later than was told": ("10:30", "10:46", True),
        "back to what was promised": ("10:30", "10:00", True),
        "a little better than was told": ("10:30", "10:15", False),
    },
)
def test_who_must_be_told(told: str | None, estimated: str, expected: bool) -> None:
    told_start = None if told is None else at(told)

    told_now = must_tell(
        promised_start=at("10:00"), told_start=told_start, estimated_start=at(estimated), threshold_seconds=15 * MINUTE
    )

    assert told_now is expected


@st.composite
def days(draw: st.DrawFn) -> list[Stop]:
    """Draw a day: some visits are done, one may be under way, the others are yet to come."""
    starts = sorted(draw(st.lists(st.integers(0, 600), min_size=1, max_size=6)))
    done = draw(st.integers(0, len(starts)))
    stops = []
    for row, start in enumerate(starts):
        place = draw(st.sampled_from((A, B, C, None)))
        late, length = draw(st.integers(-30, 90)), draw(st.integers(5, 120))
        known = Stop(id=str(row), place=place, start=start * MINUTE, end=(start + length) * MINUTE)
        if row < done:
            began = (start + late) * MINUTE
            known = replace(known, started_at=began, finished_at=began + draw(st.integers(1, 150)) * MINUTE)
        elif row == done and draw(st.booleans()):
            known = replace(known, started_at=(start + late) * MINUTE)
        stops.append(known)
    return stops


moments = st.integers(0, 1_000).map(lambda minutes: minutes * MINUTE)


@given(stops=days(), now=moments)
def test_nobody_is_estimated_before_their_own_start(stops: list[Stop], now: int) -> None:
    promised = {known.id: known.start for known in stops if known.started_at is None}

    for estimated in estimate(stops, now=now, drive=drive):
        assert estimated.start >= promised.get(estimated.id, estimated.start)


@given(stops=days(), now=moments, delay=st.integers(0, 7_200), data=st.data())
def test_a_longer_delay_brings_nobody_forward(stops: list[Stop], now: int, delay: int, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(stops) - 1))
    known = stops[row]
    if known.finished_at is not None:
        later = replace(known, finished_at=known.finished_at + delay)
    elif known.started_at is not None:
        later = replace(known, started_at=known.started_at + delay)
    else:
        later = replace(known, reported_end=known.end + delay)
        stops[row] = replace(known, reported_end=known.end)

    before = estimate(stops, now=now, drive=drive)
    after = estimate([*stops[:row], later, *stops[row + 1 :]], now=now + delay, drive=drive)

    assert all(then.start >= first.start for first, then in zip(before, after, strict=True))
    assert all(then.end >= first.end for first, then in zip(before, after, strict=True))


@given(stops=days(), now=moments)
def test_estimates_that_are_reported_stay_what_they_are(stops: list[Stop], now: int) -> None:
    first = estimate(stops, now=now, drive=drive)

    ends = {estimated.id: estimated.end for estimated in first}
    reported = [replace(known, reported_end=ends.get(known.id)) for known in stops]

    assert estimate(reported, now=now, drive=drive) == first
