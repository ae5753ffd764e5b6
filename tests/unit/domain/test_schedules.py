"""S1 to S5: which schedule rules a date, what is open then, and what a shift is."""

from datetime import date, datetime
from typing import Any

from fieldfare.domain.clock import clock_of
from fieldfare.domain.schedules import OpenTime, Owner, Schedule, schedule_on, shifts_on
from tests.worlds import World, table, world

MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)
OWNER = Owner(technician="t1")


def schedule(id_: str, **fields: Any) -> Schedule:
    return Schedule(id=id_, owner=OWNER, **fields)


RULING: dict[str, tuple[list[Schedule], str | None]] = {
    "none": ([], None),
    "the only one": ([schedule("a")], "a"),
    "an inactive one": ([schedule("a", active=False)], None),
    # effective_from <= date < effective_to
    "from today": ([schedule("a", effective_from=MONDAY)], "a"),
    "from tomorrow": ([schedule("a", effective_from=TUESDAY)], None),
    "until today": ([schedule("a", effective_to=MONDAY)], None),
    "until tomorrow": ([schedule("a", effective_to=TUESDAY)], "a"),
    "the higher priority": ([schedule("a", priority=1), schedule("b", priority=2)], "b"),
    "the higher priority is not in effect": (
        [schedule("a", priority=1), schedule("b", priority=2, effective_from=TUESDAY)],
        "a",
    ),
    "priority outranks the beginning": ([schedule("a", priority=1), schedule("b", effective_from=MONDAY)], "a"),
    "the later beginning": (
        [schedule("a", effective_from=date(2027, 1, 3)), schedule("b", effective_from=MONDAY)],
        "b",
    ),
    "open is the earliest beginning": ([schedule("a"), schedule("b", effective_from=date(1, 1, 1))], "b"),
    "the smaller id": ([schedule("b"), schedule("a")], "a"),
    "the smaller id, by code point": ([schedule("s9"), schedule("s10")], "s10"),
    "the smaller id of one beginning": (
        [schedule("b", effective_from=MONDAY), schedule("a", effective_from=MONDAY), schedule("0")],
        "a",
    ),
}


@table("schedules, expected", RULING)
def test_s2_the_schedule_that_rules(schedules: list[Schedule], expected: str | None) -> None:
    for order in (schedules, schedules[::-1]):
        ruling = schedule_on(order, MONDAY)
        assert (ruling and ruling.id) == expected


# One technician, a visit of an hour, a start every quarter: the first and the last start of the day tell the window.
T1 = world().technician("t1").off()
NINE = {"mon": [["09:00", "12:00"]]}
ONE = {"mon": [["13:00", "17:00"]]}


def ends(small: World, day: str = "") -> tuple[str, str] | None:
    starts = small.starts(day)
    return (starts[0], starts[-1]) if starts else None


EXCEPTIONS = {
    "the pattern": (T1.schedule("s", technician="t1", week=NINE), ("09:00", "11:00")),
    "an exception": (
        T1.schedule("s", technician="t1", week=NINE, exceptions={"2027-01-04": [["10:00", "11:15"]]}),
        ("10:00", "10:15"),
    ),
    "an exception that closes": (T1.schedule("s", technician="t1", week=NINE, exceptions={"2027-01-04": []}), None),
    "an exception of another date": (
        T1.schedule("s", technician="t1", week=NINE, exceptions={"2027-01-11": []}),
        ("09:00", "11:00"),
    ),
    "an exception that opens": (
        T1.schedule("s", technician="t1", week={}, exceptions={"2027-01-04": [["10:00", "11:00"]]}),
        ("10:00", "10:00"),
    ),
    # The exception belongs to its schedule: one of a lower priority is not asked.
    "an exception of the lower priority": (
        T1.schedule("s", technician="t1", week=NINE, exceptions={"2027-01-04": []}).schedule(
            "u", technician="t1", week=ONE, priority=1
        ),
        ("13:00", "16:00"),
    ),
    # The higher priority has no window on Monday: closed, whatever the lower one says.
    "the higher priority has no such weekday": (
        T1.schedule("s", technician="t1", week=NINE).schedule("u", technician="t1", week={"tue": []}, priority=1),
        None,
    ),
    "no schedule": (T1, None),
}


@table("small, expected", EXCEPTIONS)
def test_s2_the_windows_of_a_date(small: World, expected: tuple[str, str] | None) -> None:
    assert ends(small) == expected


GLOBAL = T1.schedule("s", technician="t1", week=NINE)


def scoped(**fields: Any) -> World:
    """Add a schedule for the technician in the zone that is asked."""
    return GLOBAL.schedule("u", technician="t1", zone="z1", **fields)


SCOPES = {
    "the zone's own": (scoped(week=ONE), ("13:00", "16:00")),
    "the zone's own has no such weekday": (scoped(week={"tue": [["08:00", "17:00"]]}), None),
    "the zone's own is empty": (scoped(week={}), None),
    "the zone's own closes the date": (scoped(week=ONE, exceptions={"2027-01-04": []}), None),
    "the zone's own is not in effect yet": (scoped(week={}, effective_from="2027-01-05"), ("09:00", "11:00")),
    "the zone's own is no longer in effect": (scoped(week={}, effective_to="2027-01-04"), ("09:00", "11:00")),
    "the zone's own is inactive": (scoped(week={}, active=False), ("09:00", "11:00")),
    "the global one has a higher priority": (
        scoped(week=ONE).schedule("s", technician="t1", priority=9),
        ("13:00", "16:00"),
    ),
    "another zone's": (GLOBAL.zone("z2").schedule("u", technician="t1", zone="z2", week=ONE), ("09:00", "11:00")),
    "of two, the higher priority": (
        scoped(week=ONE).schedule("v", technician="t1", zone="z1", week={"mon": [["10:00", "11:00"]]}, priority=1),
        ("10:00", "10:00"),
    ),
}


@table("small, expected", SCOPES)
def test_s3_a_technician_in_a_zone(small: World, expected: tuple[str, str] | None) -> None:
    assert ends(small) == expected


def test_s3_is_asked_date_by_date() -> None:
    # The scoped schedule begins on Tuesday and works the afternoon; Monday is still the global one's.
    week = {"mon": [["13:00", "17:00"]], "tue": [["13:00", "17:00"]]}
    both = GLOBAL.schedule("u", technician="t1", zone="z1", week=week, effective_from="2027-01-05")
    assert ends(both, "mon") == ("09:00", "11:00")
    assert ends(both, "tue") == ("13:00", "16:00")


def instant(text: str, zone: str = "America/Toronto") -> int:
    return clock_of(zone).read(datetime.fromisoformat(text)).instant


def open_time(*windows: tuple[str, str], days: range = range(7), zone: str = "America/Toronto") -> OpenTime:
    minutes = tuple((_minute(start), _minute(end)) for start, end in windows)
    week = dict.fromkeys(days, minutes)
    return OpenTime(clock=clock_of(zone), tiers=[[schedule("s", week=week)]])


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


# What is open on Tuesday 2027-01-05, of the windows of Monday, Tuesday and Wednesday, as local times
MERGED: dict[str, tuple[OpenTime, list[tuple[str, str]]]] = {
    "a day": (open_time(("08:00", "17:00"), days=range(1, 2)), [("2027-01-05T08:00", "2027-01-05T17:00")]),
    "two that touch": (
        open_time(("08:00", "12:00"), ("12:00", "17:00"), days=range(1, 2)),
        [("2027-01-05T08:00", "2027-01-05T17:00")],
    ),
    "two that overlap, unsorted": (
        open_time(("11:00", "17:00"), ("08:00", "12:00"), days=range(1, 2)),
        [("2027-01-05T08:00", "2027-01-05T17:00")],
    ),
    "one inside another": (
        open_time(("08:00", "17:00"), ("09:00", "10:00"), days=range(1, 2)),
        [("2027-01-05T08:00", "2027-01-05T17:00")],
    ),
    "a minute between": (
        open_time(("08:00", "12:00"), ("12:01", "17:00"), days=range(1, 2)),
        [("2027-01-05T08:00", "2027-01-05T12:00"), ("2027-01-05T12:01", "2027-01-05T17:00")],
    ),
    # Monday's night serves Tuesday.
    "the night before": (open_time(("20:00", "02:00"), days=range(1)), [("2027-01-04T20:00", "2027-01-05T02:00")]),
    # An end that is not after the start lies on the next day, and so does one at the same time.
    "a whole day": (open_time(("08:00", "08:00"), days=range(1, 2)), [("2027-01-05T08:00", "2027-01-06T08:00")]),
    "until midnight": (open_time(("08:00", "00:00"), days=range(1, 2)), [("2027-01-05T08:00", "2027-01-06T00:00")]),
    # 20:00 to 08:00 of Monday touches 08:00 to 20:00 of Tuesday.
    "a night and a day that touch": (
        OpenTime(
            clock=clock_of("America/Toronto"),
            tiers=[[schedule("s", week={0: ((1_200, 480),), 1: ((480, 1_200),)})]],
        ),
        [("2027-01-04T20:00", "2027-01-05T20:00")],
    ),
    # Day and night: the windows of d - 1, d and d + 1 are one.
    "always": (open_time(("00:00", "00:00")), [("2027-01-04T00:00", "2027-01-07T00:00")]),
    # The windows of Thursday are none of Tuesday's.
    "two days ahead": (open_time(("08:00", "17:00"), days=range(3, 4)), []),
}


@table("opened, expected", MERGED)
def test_s4_open_time(opened: OpenTime, expected: list[tuple[str, str]]) -> None:
    assert list(opened.on(TUESDAY)) == [(instant(start), instant(end)) for start, end in expected]


# Date, window, and its instants: 2027-03-14 skips 02:00 to 03:00, and 2027-11-07 has 01:00 to 02:00 twice.
CHANGES: dict[str, tuple[str, tuple[str, str], list[tuple[str, str]]]] = {
    "an edge in the gap": ("2027-03-14", ("02:30", "05:00"), [("2027-03-14T03:00-04:00", "2027-03-14T05:00-04:00")]),
    "an end in the gap": ("2027-03-14", ("01:00", "02:30"), [("2027-03-14T01:00-05:00", "2027-03-14T03:00-04:00")]),
    # On the clock 02:45 is after 02:00, so that nothing runs into the next day.
    "all in the gap is empty": ("2027-03-14", ("02:00", "02:45"), []),
    "until the gap's end is empty": ("2027-03-14", ("02:00", "03:00"), []),
    "around the gap": ("2027-03-14", ("01:30", "03:30"), [("2027-03-14T01:30-05:00", "2027-03-14T03:30-04:00")]),
    "an edge in the fold is the first": (
        "2027-11-07",
        ("01:30", "03:00"),
        [("2027-11-07T01:30-04:00", "2027-11-07T03:00-05:00")],
    ),
    "an end in the fold is the first": (
        "2027-11-07",
        ("00:30", "01:30"),
        [("2027-11-07T00:30-04:00", "2027-11-07T01:30-04:00")],
    ),
    "over the night of the change": (
        "2027-11-06",
        ("22:00", "06:00"),
        [("2027-11-06T22:00-04:00", "2027-11-07T06:00-05:00")],
    ),
}


@table("day, window, expected", CHANGES)
def test_s4_where_the_clock_changes(day: str, window: tuple[str, str], expected: list[tuple[str, str]]) -> None:
    on = date.fromisoformat(day)
    own = open_time(window).own_windows(on)
    assert list(own) == [
        (int(datetime.fromisoformat(start).timestamp()), int(datetime.fromisoformat(end).timestamp()))
        for start, end in expected
    ]


def test_s4_a_skipped_midnight_ends_and_begins_a_date_at_once() -> None:
    # Beirut, 2027-03-28: 00:00 is 01:00. Two dates that are open day and night still touch.
    beirut = open_time(("00:00", "00:00"), zone="Asia/Beirut")
    (window,) = beirut.on(date(2027, 3, 28))
    # Three dates of 24, 23 and 24 hours
    assert window[1] - window[0] == 71 * 3_600


# The windows of a date, and for each the shift that it belongs to
SHIFTS: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    "one window": ([("2027-01-05T08:00", "2027-01-05T17:00")], [("2027-01-05T08:00", "2027-01-05T17:00")]),
    "a split shift": (
        [("2027-01-05T08:00", "2027-01-05T12:00"), ("2027-01-05T13:00", "2027-01-05T17:00")],
        [("2027-01-05T08:00", "2027-01-05T17:00"), ("2027-01-05T08:00", "2027-01-05T17:00")],
    ),
    # Monday's night is of Monday, though it ends on Tuesday; Tuesday's night begins on Tuesday, and ends a day later.
    "nights and a day": (
        [
            ("2027-01-04T20:00", "2027-01-05T02:00"),
            ("2027-01-05T08:00", "2027-01-05T12:00"),
            ("2027-01-05T20:00", "2027-01-06T02:00"),
        ],
        [
            ("2027-01-04T20:00", "2027-01-05T02:00"),
            ("2027-01-05T08:00", "2027-01-06T02:00"),
            ("2027-01-05T08:00", "2027-01-06T02:00"),
        ],
    ),
}


@table("windows, expected", SHIFTS)
def test_s5_the_shift_of_a_window(windows: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    intervals = [(instant(start), instant(end)) for start, end in windows]
    found = shifts_on(intervals, clock_of("America/Toronto"))
    assert found == tuple(
        (window, (instant(start), instant(end))) for window, (start, end) in zip(intervals, expected, strict=True)
    )


def test_s5_a_shift_is_a_matter_of_local_dates() -> None:
    # 18:30 and 20:30 in Toronto are of one date, though in UTC midnight lies between them.
    evening = [
        (instant("2027-01-05T18:30"), instant("2027-01-05T18:45")),
        (instant("2027-01-05T20:30"), instant("2027-01-05T21:00")),
    ]
    whole = (instant("2027-01-05T18:30"), instant("2027-01-05T21:00"))
    assert [shift for _, shift in shifts_on(evening, clock_of("America/Toronto"))] == [whole, whole]
