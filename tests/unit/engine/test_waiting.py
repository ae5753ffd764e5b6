"""Who of the waitlist is offered what, and in which order."""

from __future__ import annotations

from fieldfare.engine.waiting import Vacancy, Waiting, Wish, rank, suits
from tests.worlds import table

HOUR = 3600


def entry(id_: str, *, joined_at: int = 0, wishes: tuple[tuple[int, int], ...] = ((8, 17),)) -> Waiting:
    return Waiting(id=id_, joined_at=joined_at, wishes=tuple(Wish(first=a * HOUR, last=b * HOUR) for a, b in wishes))


def vacancy(start: int, *, detour: int = 0, technician: str = "t", hours: int = 1) -> Vacancy:
    return Vacancy(start=start * HOUR, end=(start + hours) * HOUR, technician=technician, detour_seconds=detour)


@table(
    "wishes, start, hours, expected",
    {
        "inside": (((8, 12),), 9, 1, True),
        "as long as the wish": (((8, 12),), 8, 4, True),
        "begins too early": (((8, 12),), 7, 2, False),
        "ends too late": (((8, 12),), 11, 2, False),
        "in the second wish": (((8, 12), (14, 16)), 14, 2, True),
        "across two wishes": (((8, 12), (12, 16)), 11, 2, False),
        "between two wishes": (((8, 12), (14, 16)), 12, 1, False),
        "without a wish": ((), 9, 1, False),
    },
)
def test_a_visit_lies_inside_one_wish(
    wishes: tuple[tuple[int, int], ...], start: int, hours: int, expected: bool
) -> None:
    assert suits(entry("a", wishes=wishes), vacancy(start, hours=hours)) is expected


@table(
    "vacancies, best",
    {
        "the least detour": ((vacancy(9, detour=60), vacancy(10, detour=59)), vacancy(10, detour=59)),
        "the earlier start": ((vacancy(10, detour=60), vacancy(9, detour=60)), vacancy(9, detour=60)),
        "the smaller technician": (
            (vacancy(9, technician="t2"), vacancy(9, technician="t10")),
            vacancy(9, technician="t10"),
        ),
        "only what suits": ((vacancy(7), vacancy(9, detour=60)), vacancy(9, detour=60)),
    },
)
def test_everybody_is_offered_what_fits_best(vacancies: tuple[Vacancy, ...], best: Vacancy) -> None:
    (match,) = rank([entry("a")], {"a": vacancies})

    assert match.vacancy == best


@table(
    "entries, vacancies, order",
    {
        "nobody waits": ((), {}, []),
        "nothing is free": ((entry("a"),), {}, []),
        "nothing suits": ((entry("a"),), {"a": [vacancy(7)]}, []),
        "the least detour first, whoever came first": (
            (entry("a", joined_at=1), entry("b", joined_at=2)),
            {"a": [vacancy(9, detour=60)], "b": [vacancy(9, detour=59)]},
            ["b", "a"],
        ),
        "then who joined first": (
            (entry("a", joined_at=2), entry("b", joined_at=1)),
            {"a": [vacancy(9)], "b": [vacancy(10)]},
            ["b", "a"],
        ),
        "then the smaller id": (
            (entry("b"), entry("a")),
            {"a": [vacancy(9)], "b": [vacancy(9)]},
            ["a", "b"],
        ),
        "who is suited by nothing is left out": (
            (entry("a"), entry("b")),
            {"a": [vacancy(7)], "b": [vacancy(9)]},
            ["b"],
        ),
    },
)
def test_the_order_of_those_who_wait(
    entries: tuple[Waiting, ...], vacancies: dict[str, list[Vacancy]], order: list[str]
) -> None:
    assert [match.entry.id for match in rank(entries, vacancies)] == order
