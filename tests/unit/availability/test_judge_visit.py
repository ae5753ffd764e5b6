"""The judges of a business: what they keep between visits, and whom they ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from fieldfare.domain.questions import Question
from fieldfare.engine.resolution import resolve_question
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError
from fieldfare.usecases.availability import judge_visit
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError
from fieldfare.usecases.availability.judge_visit import Judged, Judges
from fieldfare.wiring.engine import travel_times
from tests.worlds import EAST, WEST, World, world

ONE = world().technician("t").policy(horizon_days=2)


@dataclass
class Watched:
    """A travel model that notes what it is asked, and may be down."""

    model: TravelTimes
    down: bool = False
    requests: list[DriveRequest] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.model.source

    async def drives(self, request: DriveRequest) -> Drives:
        self.requests.append(request)
        if self.down:
            raise TravelUnavailableError("out for lunch")
        return await self.model.drives(request)


def watched(question: Question, *, down: bool = False) -> Watched:
    return Watched(travel_times(question.business.travel), down=down)


def judge(
    judges: Judges,
    asked: World,
    start: str,
    *,
    travel: Watched | None = None,
    technician: str = "t",
    all_rules: bool = False,
) -> Judged:
    question = asked.question()
    resolution, sale = resolve_question(question)
    assert sale is not None
    return asyncio.run(
        judges.judge(
            sale=sale,
            place=question.request.place,
            hub=resolution.hub,
            technician=technician,
            start=asked.instant(start),
            now=question.now,
            commitments=question.commitments,
            travel=travel or watched(question),
            all_rules=all_rules,
        )
    )


def test_the_first_broken_rule_is_enough_unless_all_are_asked_for() -> None:
    asked = ONE.shift(("12:00", "17:00")).busy("b", "09:00", "10:00")
    judges = Judges(asked.question().business)

    assert judge(judges, asked, "09:00").broken == ("off_shift",)
    assert judge(judges, asked, "09:00", all_rules=True).broken == ("off_shift", "busy")


def test_a_technician_whom_the_business_does_not_have() -> None:
    with pytest.raises(UnknownTechnicianError, match="nobody"):
        judge(Judges(ONE.question().business), ONE, "09:00", technician="nobody")


def test_nothing_of_one_visit_stays_for_the_next() -> None:
    judges = Judges(ONE.question().business)
    taken = ONE.visit("v", "09:00", "10:00", at=EAST)

    assert judge(judges, taken, "09:00").broken == ("busy",)
    assert judge(judges, ONE, "09:00").broken == ()
    assert judge(judges, taken, "09:00").broken == ("busy",)


def test_the_horizon_moves_on_at_midnight() -> None:
    judges = Judges(ONE.question().business)

    assert judge(judges, ONE.now("23:59"), "wed 09:00").broken == ("horizon",)
    assert judge(judges, ONE.now("tue 00:00"), "wed 09:00").broken == ()
    assert judge(judges, ONE.now("23:59"), "wed 09:00").broken == ("horizon",)


def test_notice_is_judged_at_the_moment_that_is_given() -> None:
    asked = ONE.policy(min_notice_minutes=60)
    judges = Judges(asked.question().business)

    assert judge(judges, asked.now("08:00"), "09:00").fits
    assert judge(judges, asked.now("2027-01-04 08:00:01"), "09:00").broken == ("notice",)


def test_only_the_drives_around_the_visit_are_asked_for() -> None:
    asked = ONE.visit("a", "07:00", "08:00", at=EAST).visit("b", "11:00", "12:00", at=WEST).visit("c", "15:00", "16:00")
    travel = watched(asked.question())

    judge(Judges(asked.question().business), asked, "09:00", travel=travel)

    (request,) = travel.requests
    stops = {tuple(point) for point in request.points[request.origins].tolist()}
    assert stops == {EAST, WEST}
    assert len(request.pairs) == 1


def test_a_visit_without_a_gap_asks_for_no_drive() -> None:
    asked = ONE.busy("b", "09:00", "10:00")
    travel = watched(asked.question())

    assert judge(Judges(asked.question().business), asked, "09:00", travel=travel).broken == ("busy",)
    assert travel.requests == []


def test_a_travel_model_that_fails_is_stood_in_for() -> None:
    asked = ONE.visit("a", "07:00", "08:00", at=EAST)

    judged = judge(Judges(asked.question().business), asked, "09:00", travel=watched(asked.question(), down=True))

    assert judged.travel_source == "crow_flies_fallback"
    assert judged.option is not None
    assert judged.option.before_seconds > 0


def test_a_day_that_has_seen_too_many_places_is_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge_visit, "_MOST_POINTS", 2)
    judges = Judges(ONE.question().business)
    asked = ONE.visit("a", "07:00", "08:00", at=EAST).visit("b", "11:00", "12:00", at=WEST).drives(60)

    assert [judge(judges, asked, "09:00").option for _ in range(3)] == [judge(judges, asked, "09:00").option] * 3


def test_reach_holds_the_week_and_the_days_around_the_start() -> None:
    judges = Judges(ONE.question().business)

    def span(start: str) -> tuple[int, int]:
        return judges.reach(ONE.instant(start))

    assert span("wed 09:00") == (ONE.instant("mon 00:00"), ONE.instant("2027-01-11 00:00"))
    assert span("mon 09:00") == (ONE.instant("2027-01-03 00:00"), ONE.instant("2027-01-11 00:00"))
    assert span("sun 09:00") == (ONE.instant("mon 00:00"), ONE.instant("2027-01-13 00:00"))


def test_what_lies_outside_the_reach_changes_nothing() -> None:
    asked = ONE.visit("a", "2027-01-02 07:00", "2027-01-02 08:00").visit("b", "2027-01-12 07:00", "2027-01-12 08:00")
    judges = Judges(asked.question().business)
    without = replace(asked, document={**asked.document, "commitments": []})

    assert judge(judges, asked, "09:00") == judge(judges, without, "09:00")
