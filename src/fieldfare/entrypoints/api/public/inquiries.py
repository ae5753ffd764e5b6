"""A request for availability, read against the business as it is now, and its answer as ready bytes."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from fieldfare.domain.business import Business
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.engine.turn import turn_of
from fieldfare.entrypoints.api.answers import Key, Made, Make
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public.offers import OFFER_SECONDS, SIGNED_EVERY_SECONDS, sign_offer
from fieldfare.entrypoints.api.public.shapes import Ask
from fieldfare.entrypoints.api.public.writing import Sign, can_be_booked, write_for_anybody, write_for_staff
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.api.values import in_our_years
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.times import read_instant, read_now
from fieldfare.usecases.availability.drivable import answer_of
from fieldfare.usecases.availability.in_memory import Current, UnknownBusinessError
from fieldfare.usecases.bookings.hold import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question to a business as it is now: what is asked, at which moment, and whether details may be shown."""

    current: Current
    asked: Asked
    now: int
    wanted: int | None
    detail: bool
    explain: bool

    @property
    def business(self) -> Business:
        """The business that is asked."""
        return self.current.snapshot.business

    @property
    def start(self) -> int:
        """The start that is wanted, of a request that has to name one; raises `Problem`."""
        if self.wanted is None:
            raise faulty("start", "is missing")
        return in_our_years(self.wanted, path="start")

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def key(self) -> Key:
        """All that the answer follows from."""
        turn = turn_of(clock=self.clock, policy=self.business.policy, now=self.now)
        # Signed prices hold for an hour, so an answer with them is not kept for long.
        discount = self.business.policy.recommended_discount
        signed_at = None if discount is None else self.now // SIGNED_EVERY_SECONDS
        return (
            self.business.id,
            self.current.state,
            signed_at,
            turn,
            self.asked,
            self.wanted,
            self.detail,
            self.explain,
        )


async def current_business(rooms: Rooms, business: str) -> Current:
    """Bring a business up to date; raises `Problem` for one that isn't there."""
    try:
        return await rooms.businesses.current(business, now=rooms.clock())
    except UnknownBusinessError:
        raise Problem("business_not_found") from None


def keep_fresh(rooms: Rooms, current: Current, *, zone: str | None) -> None:
    """Have what the CRM says of those who drive to a zone read again in the background; nothing without a zone."""
    if zone is not None and rooms.keep_fresh is not None:
        rooms.keep_fresh.ask_for(current, zone=zone)


async def known_business(rooms: Rooms, business: str) -> Current:
    """Give a business as it was last seen; raises `Problem` for one that isn't there."""
    try:
        return await rooms.businesses.configured(business, now=rooms.clock())
    except UnknownBusinessError:
        raise Problem("business_not_found") from None


def read_inquiry(ask: Ask, current: Current, *, now: int, detail: bool) -> Inquiry:
    """Read what is asked against the business; raises `Problem` for what it doesn't have."""
    business = current.snapshot.business
    clock = clock_of(business.time_zone)
    if ask.at is not None:
        try:
            now = read_now(ask.at, clock, horizon_days=business.policy.horizon_days)
        except ScenarioError as error:
            raise faulty("at", error.message) from None
    wanted = None
    if ask.start is not None:
        try:
            wanted = read_instant(ask.start, clock)
        except (OverflowError, ValueError) as error:
            raise faulty("start", str(error)) from None
    if ask.industry is not None and all(known.id != ask.industry for known in business.industries):
        raise faulty("industry", "is none of this business's industries")
    if ask.technician is not None and all(known.id != ask.technician for known in business.technicians):
        raise faulty("technician", "is none of this business's technicians")
    code = normalise_postal_code(ask.place.postal_code)
    product = next((known for known in business.products if known.id == ask.product), None)
    asked = Asked(
        place=Place(lat=ask.place.lat, lng=ask.place.lng, postal_code=code),
        product=ask.product,
        # What rule Z6 takes in place of an industry that isn't named; so both ways of asking find the same answer.
        industry=ask.industry or (product.industry if product else None),
        customer_tier=ask.customer_tier,
        technician=ask.technician,
    )
    return Inquiry(current=current, asked=asked, now=now, wanted=wanted, detail=detail, explain=ask.explain)


async def signer(rooms: Rooms, business: Business, asked: Asked, *, now: int) -> Sign | None:
    """Give what signs the prices that are shown, where they may be others a moment later (rule B14)."""
    if business.policy.recommended_discount is None:
        return None
    secret = await rooms.acting.secret(business.id)

    def sign(start: int, shown: Shown) -> str:
        return sign_offer(secret=secret, asked=asked, start=start, shown=shown, until=now + OFFER_SECONDS)

    return sign


def maker(rooms: Rooms, inquiry: Inquiry) -> Make:
    """Make what makes the answer, if it isn't there yet."""

    async def make() -> Made:
        travel = rooms.travel(inquiry.business.travel)
        snapshot = await rooms.businesses.around(inquiry.current, now=inquiry.now)
        found = await snapshot.drivable(inquiry.asked, now=inquiry.now, travel=travel)
        if inquiry.detail:
            answer = answer_of(found, inquiry.business, explain=inquiry.explain)
            document = write_for_staff(answer, found, clock=inquiry.clock, wanted=inquiry.wanted)
        else:
            sign = await signer(rooms, inquiry.business, inquiry.asked, now=inquiry.now)
            document = write_for_anybody(
                found, clock=inquiry.clock, business=inquiry.business, wanted=inquiry.wanted, sign=sign
            )
        return Made(body=orjson.dumps(document), offers=any(map(can_be_booked, document["slots"])))

    return make
