"""The policy of a scenario, with its blocks."""

from __future__ import annotations

from itertools import pairwise

from fieldfare.domain.policy import Assignment, Block, Depart, Discount, Lock, OnStale, Policy, Return
from fieldfare.entrypoints.scenario.errors import ScenarioError, show
from fieldfare.entrypoints.scenario.known import once
from fieldfare.entrypoints.scenario.schema_policy import BlockRecord, DiscountRecord, PolicyRecord
from fieldfare.entrypoints.scenario.times import read_end, read_minute

_PATH = "business.policy.blocks"


def read_policy(record: PolicyRecord) -> Policy:
    """Read the policy; raises `ScenarioError` for blocks that can't be."""
    if not record.blocks:
        raise ScenarioError(_PATH, "holds no block; at least one is needed")
    once((block.id for block in record.blocks), _PATH, "id")
    blocks = tuple(_read_block(block, f"{_PATH}[{place}]") for place, block in enumerate(record.blocks))
    _refuse_overlap(blocks)
    return Policy(
        blocks=blocks,
        horizon_days=record.horizon_days,
        min_notice_minutes=record.min_notice_minutes,
        travel_buffer_minutes=record.travel_buffer_minutes,
        lock=Lock(record.lock),
        depart=Depart(record.depart),
        return_=Return(record.return_),
        hold_minutes=record.hold_minutes,
        waitlist_hold_minutes=record.waitlist_hold_minutes,
        change_cutoff_minutes=record.change_cutoff_minutes,
        estimate_threshold_minutes=record.estimate_threshold_minutes,
        assignment=Assignment(record.assignment),
        recommended_discount=_read_discount(record.recommended_discount),
        stale_after_minutes=record.stale_after_minutes,
        on_stale=OnStale(record.on_stale),
    )


def _read_discount(record: DiscountRecord | None) -> Discount | None:
    if record is None:
        return None
    if (record.percent is None) == (record.amount is None):
        raise ScenarioError("business.policy.recommended_discount", "takes one of percent and amount")
    return Discount(percent=record.percent, amount=record.amount, floor=record.floor)


def _read_block(record: BlockRecord, path: str) -> Block:
    start, end = read_minute(record.start), read_end(record.end)
    if end <= start:
        raise ScenarioError(f"{path}.end", f"{show(record.end)} is not after the start, {show(record.start)}")
    given = {"starts", "step_minutes"} & record.model_fields_set
    if len(given) != 1:
        what = "both starts and step_minutes" if given else "neither starts nor step_minutes"
        raise ScenarioError(path, f"has {what}; it takes one of them")
    if "step_minutes" in given:
        return Block.stepped(id=record.id, start=start, end=end, step_minutes=record.step_minutes)
    starts = [read_minute(text) for text in record.starts]
    for place, minute in enumerate(starts):
        if not start <= minute < end:
            outside = f"{show(record.starts[place])} is outside the block, from {record.start} to {record.end}"
            raise ScenarioError(f"{path}.starts[{place}]", outside)
    return Block(id=record.id, start=start, end=end, starts=tuple(sorted(set(starts))))


def _refuse_overlap(blocks: tuple[Block, ...]) -> None:
    in_order = sorted(range(len(blocks)), key=lambda place: blocks[place].start)
    for one, next_one in pairwise(in_order):
        if blocks[next_one].start < blocks[one].end:
            first, second = sorted((one, next_one))
            raise ScenarioError(f"{_PATH}[{second}]", f"overlaps the block {show(blocks[first].id)}")
