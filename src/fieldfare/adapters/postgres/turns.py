"""Turns to ask a business's CRM, taken by all processes from one bucket: a row that says when it is full again."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.ports.crm import Allowance

# A bucket that will be full at an instant lacks what it gains until then: the longer that is, the less is left. The row
# is locked before the clock is read. What takes a minute longer than a whole bucket is left of a clock that went back.
_TAKE = text(
    """
    INSERT INTO crm_turns AS bucket (business_id, full_at)
    VALUES (:business, clock_timestamp() + make_interval(secs => :one))
    ON CONFLICT (business_id) DO UPDATE
    SET full_at = least(
        greatest(bucket.full_at, clock_timestamp()) + make_interval(secs => :one),
        clock_timestamp() + make_interval(secs => :whole)
    )
    WHERE bucket.full_at <= clock_timestamp() + make_interval(secs => :spare)
        OR bucket.full_at > clock_timestamp() + make_interval(secs => :whole) + interval '1 minute'
    RETURNING 0
    """
)
_WAIT = text(
    """
    SELECT extract(epoch FROM full_at - clock_timestamp())::float8 - CAST(:spare AS float8)
    FROM crm_turns WHERE business_id = :business
    """
)
_SOONEST = 0.001
"""0 is leave: what would be no wait any more is told as this one."""


async def take_turn(connection: AsyncConnection, business: str, allowance: Allowance, *, pressing: bool) -> float:
    """Take one by the database's clock, and give 0; or else the seconds until there may be one."""
    spare = (allowance.burst - allowance.needed(pressing=pressing)) / allowance.per_second
    here = {"business": business, "spare": spare}
    bucket = {"one": 1 / allowance.per_second, "whole": allowance.burst / allowance.per_second}
    if (await connection.execute(_TAKE, here | bucket)).first() is not None:
        return 0.0
    wait: float = (await connection.execute(_WAIT, here)).scalar_one()
    return max(_SOONEST, wait)
