"""What a scenario may say of policy and travel."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from fieldfare.domain.policy import Policy
from fieldfare.domain.travel import CrowFlies
from fieldfare.entrypoints.scenario.tags import tag_by
from fieldfare.entrypoints.scenario.values import (
    AssignmentWord,
    ClockTime,
    DepartWord,
    HoldMinutes,
    HorizonDays,
    Id,
    LockWord,
    Many,
    OnStaleWord,
    Percent,
    PointRecord,
    Positive,
    Record,
    ReturnWord,
    StepMinutes,
    Whole,
)

_POLICY = Policy(blocks=())
_CROW_FLIES = CrowFlies()


class BlockRecord(Record):
    """A part of the day; which of `starts` and `step_minutes` was given is in `model_fields_set`."""

    id: Id
    start: ClockTime
    end: ClockTime
    starts: Many[ClockTime] = Field(default_factory=list)
    step_minutes: StepMinutes = 0


class DiscountRecord(Record):
    """What is taken off the price of a recommended slot; which of percent and amount was given is checked later."""

    percent: Percent | None = None
    amount: Whole | None = None
    floor: Whole = 0


class PolicyRecord(Record):
    """The business's policy."""

    horizon_days: HorizonDays = _POLICY.horizon_days
    min_notice_minutes: Whole = _POLICY.min_notice_minutes
    travel_buffer_minutes: Whole = _POLICY.travel_buffer_minutes
    lock: LockWord = "hub"
    depart: DepartWord = "on_shift"
    return_: ReturnWord = Field(default="after_shift", alias="return")
    hold_minutes: Whole = _POLICY.hold_minutes
    waitlist_hold_minutes: HoldMinutes = _POLICY.waitlist_hold_minutes
    change_cutoff_minutes: Whole = _POLICY.change_cutoff_minutes
    estimate_threshold_minutes: Whole = _POLICY.estimate_threshold_minutes
    assignment: AssignmentWord = "automatic"
    recommended_discount: DiscountRecord | None = None
    stale_after_minutes: Whole = _POLICY.stale_after_minutes
    on_stale: OnStaleWord = "hide"
    blocks: Many[BlockRecord]


class CrowFliesRecord(Record):
    """Drives as the crow flies."""

    kind: Literal["crow_flies"]
    circuity: Positive = _CROW_FLIES.circuity
    speed_kmh: Positive = _CROW_FLIES.speed_kmh


class MatrixRecord(Record):
    """Known drives; what the numbers must be is checked in whole arrays, not one by one."""

    kind: Literal["matrix"]
    places: Many[PointRecord]
    seconds: Many[Many[float]]


TravelRecord: TypeAlias = Annotated[
    Annotated[CrowFliesRecord, Tag("\0crow_flies")] | Annotated[MatrixRecord, Tag("\0matrix")],
    Discriminator(**tag_by("kind", "crow_flies", "matrix")),
]
