"""What a scenario may say of schedules."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import FailFast, Field

from fieldfare.entrypoints.scenario.values import ClockTime, Day, Id, Many, Number, Record

WindowPair: TypeAlias = Annotated[list[ClockTime], FailFast(), Field(min_length=2, max_length=2)]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class OwnerRecord(Record):
    """Whose schedule it is; a key that is null says the same as one that is left out."""

    zone: Id | None = None
    technician: Id | None = None


class WeekRecord(Record):
    """Windows by weekday."""

    mon: Many[WindowPair] = Field(default_factory=list)
    tue: Many[WindowPair] = Field(default_factory=list)
    wed: Many[WindowPair] = Field(default_factory=list)
    thu: Many[WindowPair] = Field(default_factory=list)
    fri: Many[WindowPair] = Field(default_factory=list)
    sat: Many[WindowPair] = Field(default_factory=list)
    sun: Many[WindowPair] = Field(default_factory=list)


class ScheduleRecord(Record):
    """A schedule."""

    id: Id
    owner: OwnerRecord
    priority: Number = 0
    effective_from: Day | None = None
    effective_to: Day | None = None
    active: bool = True
    week: WeekRecord = Field(default_factory=WeekRecord)
    exceptions: dict[Day, Many[WindowPair]] = Field(default_factory=dict)
