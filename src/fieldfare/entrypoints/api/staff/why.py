"""`GET /api/v1/staff/why`: why is this start offered to this technician, or why not?"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Query

from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.permissions import Member, Permission
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.public.places import find_place
from fieldfare.entrypoints.api.public.shapes import LONGEST_ADDRESS
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import examples
from fieldfare.entrypoints.api.values import Line, RecordId
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.times import read_instant, read_now
from fieldfare.entrypoints.scenario.values import TIME_PATTERN
from fieldfare.entrypoints.scenario.write_explanation import write_explanation
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.entrypoints.words.times import within_calendar
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError, explain_slot
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.places.locate import Address, PostalCode

_COORDINATES = re.compile(r"\s*(-?[0-9]{1,3}(?:\.[0-9]{1,17})?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]{1,17})?)\s*")
_POSTAL_CODE = re.compile(r"[A-Z][0-9][A-Z](?:[0-9][A-Z][0-9])?|[0-9]{5}")
_LARGEST = (90, 180)

router = JsonRouter(prefix="/api/v1/staff", tags=["availability"])


@router.get(
    "/why",
    summary="Why is a start offered to a technician, or why not?",
    responses={
        **json_example(examples.WHY),
        **problem_responses("address_not_found", "address_ambiguous", "geocoder_unavailable"),
    },
)
async def explain_start(  # noqa: PLR0917 - FastAPI gives each by its name
    rooms: InRooms,
    who: Annotated[Member, Depends(requires(Permission.WHY))],
    place: Annotated[
        Line,
        Query(
            min_length=3,
            max_length=LONGEST_ADDRESS,
            description="Latitude and longitude with a comma between, a postal code, or an address.",
            examples=["43.46,-79.69"],
        ),
    ],
    product: Annotated[RecordId, Query(examples=["furnace-tune-up"])],
    technician: Annotated[RecordId, Query(examples=["amara"])],
    start: Annotated[str, Query(pattern=TIME_PATTERN, examples=["2026-11-24T15:00:00-05:00"])],
    postal_code: Annotated[
        Line | None, Query(max_length=16, description="Of coordinates, where it is known.", examples=["L6H 1A1"])
    ] = None,
    industry: Annotated[RecordId | None, Query(examples=["hvac"])] = None,
    customer_tier: Annotated[Line | None, Query(examples=["gold"])] = None,
    at: Annotated[
        str | None,
        Query(pattern=TIME_PATTERN, description="Another moment than now.", examples=["2026-11-23T08:00:00-05:00"]),
    ] = None,
) -> dict[str, Any]:
    """Judge one start for one technician, and say in words and figures what decides.

    `reason` is the code of the first rule that the start fails, null if it is offered; /docs/reasons explains each.
    """
    current = await current_business(rooms, who.business)
    clock = clock_of(current.snapshot.business.time_zone)
    asked = Asked(
        place=await _place(rooms, current, place, postal_code),
        product=product,
        industry=industry,
        customer_tier=customer_tier,
    )
    now = current.as_of if at is None else _moment(at, current, clock)
    snapshot = await rooms.businesses.around(current, now=now)
    question = snapshot.question(asked, now=now)
    try:
        explanation = await explain_slot(
            question,
            technician=technician,
            start=_start(start, clock),
            travel=rooms.travel(current.snapshot.business.travel),
        )
    except UnknownTechnicianError:
        raise faulty("query.technician", "is none of this business's technicians") from None
    return {**write_explanation(explanation, clock), "words": paragraph(explanation, question)}


async def _place(rooms: Rooms, current: Current, text: str, postal_code: str | None) -> Place:
    coordinates = _COORDINATES.fullmatch(text)
    if coordinates:
        lat, lng = float(coordinates[1]), float(coordinates[2])
        if abs(lat) > _LARGEST[0] or abs(lng) > _LARGEST[1]:
            raise faulty("query.place", "has a latitude beyond 90 or a longitude beyond 180 degrees")
        return Place(lat=lat, lng=lng, postal_code=normalise_postal_code(postal_code))
    code = normalise_postal_code(text)
    wanted = PostalCode(code=code) if code and _POSTAL_CODE.fullmatch(code) else Address(text=text)
    located = await find_place(rooms, current, wanted, business=current.snapshot.business.id)
    return located.place


def _moment(text: str, current: Current, clock: Clock) -> int:
    try:
        return read_now(text, clock, horizon_days=current.snapshot.business.policy.horizon_days)
    except ScenarioError as error:
        raise faulty("query.at", error.message) from None


def _start(text: str, clock: Clock) -> int:
    try:
        instant = read_instant(text, clock)
    except (OverflowError, ValueError) as error:
        raise faulty("query.start", str(error)) from None
    if instant != within_calendar(instant):
        raise faulty("query.start", "lies too near the end of the years 1 to 9999")
    return instant
