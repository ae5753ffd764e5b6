"""What the steps ask the engine: what a place can buy, and when somebody can come."""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.addresses import Located
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.places import Place
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.api.public.availability import leaving_out
from fieldfare.entrypoints.api.public.inquiries import Inquiry, keep_fresh
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.calendars import prepare_calendars
from fieldfare.entrypoints.web.steps.holding import holding_of


def offer_at(asking: Asking, located: Located) -> Offer:
    """Tell what a place can buy."""
    return asking.current.snapshot.offer(located.place, now=asking.current.as_of, industry=asking.state.industry)


def inquiry_at(asking: Asking, place: Place, *, product: str, industry: str | None) -> Inquiry:
    """Ask when somebody can come to a place for a product."""
    known = next((one for one in asking.business.products if one.id == product), None)
    asked = Asked(
        place=Place(lat=place.lat, lng=place.lng, postal_code=place.postal_code),
        product=product,
        industry=industry or (known.industry if known else None),
    )
    now = asking.current.as_of
    return Inquiry(current=asking.current, asked=asked, now=now, wanted=None, detail=False, explain=False)


async def own_inquiry(asking: Asking, place: Place) -> Inquiry:
    """Ask for what was chosen, with the customer's own hold left out: its time is still theirs to choose."""
    holding = await holding_of(asking)
    if holding.booking is not None and holding.live(asking.current.as_of):
        asking = replace(asking, current=leaving_out(asking.current, holding.booking))
    return inquiry_at(asking, place, product=asking.state.product or "", industry=asking.state.industry)


def prepare(asking: Asking, located: Located, offered: Offer) -> None:
    """Begin the calendars of all that a place can buy, and have the CRM of those who would come looked at."""
    keep_fresh(asking.rooms, asking.current, zone=offered.resolution.zone)
    inquiries = [
        inquiry_at(asking, located.place, product=quote.product, industry=asking.state.industry or shelf.industry.id)
        for shelf in offered.shelves
        for quote in shelf.quotes
    ]
    prepare_calendars(asking.rooms, inquiries)
