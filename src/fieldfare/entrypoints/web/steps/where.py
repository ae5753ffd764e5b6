"""Where: an address as it is typed or chosen, a postal code alone, or the place at which somebody is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from fieldfare.domain.addresses import Located, Precision
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.places import find_place, wanted_of
from fieldfare.entrypoints.api.public.shapes import PlaceQuery
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.catalogue import card_of, shelves_anywhere
from fieldfare.entrypoints.web.counting import count_address, count_opened
from fieldfare.entrypoints.web.forms import choices_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.state import State
from fieldfare.entrypoints.web.steps.inquiring import offer_at, prepare
from fieldfare.usecases.places.locate import COORDINATES

_FIELDS = ("address", "suggestion", "session", "postal_code", "lat", "lng", "text", "chosen")
_COORDINATES = ("lat", "lng")


async def start(asking: Asking) -> Response:
    """Begin: ask where, or by a link that names an industry show first what there is."""
    count_opened(asking)
    state = _linked(asking)
    if state.product is None and state.industry is not None and asking.query.get("industry") == state.industry:
        return asking.go("what", state=state)
    return _ask(replace(asking, state=state))


async def find(asking: Asking) -> Response:
    """Find the place that a form names, and go on to what is sold there."""
    limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
    typed = {key: asking.form.get(key, "").strip() for key in _FIELDS}
    if typed["chosen"]:
        chosen = replace(asking, state=asking.with_state(place=typed["chosen"]))
        located = await chosen.place()
        return _ask(asking) if located is None else await _on_from(asking, located, typed)
    try:
        query = _query(typed)
    except ValidationError:
        return _ask(asking, fault=_too_little(asking), typed=typed)
    try:
        located = await find_place(asking.rooms, asking.current, wanted_of(query), business=asking.business.id)
    except Problem as problem:
        return await _refused(asking, problem, typed)
    return await _on_from(asking, located, typed)


async def lost(_: Asking) -> Response:
    """Say that an address leads nowhere."""
    raise Problem("not_found")


async def _on_from(asking: Asking, located: Located, typed: dict[str, str]) -> Response:
    """Go on from a place to what is sold there, or ask for the postal code that decides it."""
    offered = offer_at(asking, located)
    if offered.needs_postal_code:
        fault = asking.tongue.say("Please add the postal code: it decides what we offer at this address.")
        point = {"lat": str(located.place.lat), "lng": str(located.place.lng)}
        text = {"text": typed["address"] or typed["text"], "address": "", "chosen": "", "suggestion": ""}
        return _ask(asking, fault=fault, typed={**typed, **point, **text}, code_only=True)
    count_address(asking, located, offered)
    place = await asking.remember(_as_typed(located, typed))
    state = asking.with_state(place=place)
    prepare(asking, located, offered)
    return asking.go("when" if _sold(offered, state.product) else "what", state=state)


def _linked(asking: Asking) -> State:
    """Take what the address of the page names, where the business has it."""
    wanted = asking.query.get("product"), asking.query.get("industry")
    business = asking.business
    product = next((one for one in business.products if one.active and one.id == wanted[0]), None)
    industry = next((one.id for one in business.industries if one.active and one.id == wanted[1]), None)
    if product is not None:
        return asking.with_state(product=product.id, industry=product.industry)
    return asking.with_state(industry=industry) if industry else asking.state


def _query(typed: dict[str, str]) -> PlaceQuery:
    """Read the form: a chosen suggestion goes before what was typed, and an address before a postal code alone."""
    if typed["suggestion"]:
        return PlaceQuery(suggestion=typed["suggestion"], session=typed["session"] or None)
    if typed["lat"] and typed["lng"] and not typed["address"]:
        numbers: dict[str, Any] = {key: _number(typed[key]) for key in _COORDINATES}
        return PlaceQuery(**numbers, postal_code=typed["postal_code"] or None)
    if typed["address"]:
        return PlaceQuery(address=", ".join(part for part in (typed["address"], typed["postal_code"]) if part))
    return PlaceQuery(postal_code=typed["postal_code"])


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


async def _refused(asking: Asking, problem: Problem, typed: dict[str, str]) -> Response:
    say = asking.tongue.say
    match problem.code:
        case "address_not_found":
            fault = say("We could not find this address. Please check it, or enter just the postal code.")
        case "address_ambiguous":
            return _ask(
                asking,
                fault=say("There are several addresses like this. Which one is it?"),
                typed=typed,
                choices=[(await asking.remember(one), one.formatted) for one in choices_of(problem)],
            )
        case "geocoder_unavailable":
            fault = say("Addresses can't be looked up just now. Please enter just the postal code instead.")
        case _:
            raise problem
    return _ask(asking, fault=fault, typed=typed)


def _ask(
    asking: Asking,
    *,
    fault: str | None = None,
    typed: dict[str, str] | None = None,
    choices: list[tuple[str, str]] | None = None,
    code_only: bool = False,
) -> Response:
    shown = dict.fromkeys(_FIELDS, "") | {key: asking.filled_in.get(key, "") for key in ("address", "postal_code")}
    values = {
        "typed": typed or shown,
        "fault": fault,
        "choices": choices or [],
        "code_only": code_only,
        "card": card_of(shelves_anywhere(asking.business, asking.tongue), asking.state.product),
    }
    here = asking.link("where", state=asking.state)
    return show(asking, "where.html", values, status=422 if fault else 200, here=here)


def _too_little(asking: Asking) -> str:
    return asking.tongue.say("Please enter the street with its number, or a postal code.")


def _as_typed(located: Located, typed: dict[str, str]) -> Located:
    """Keep the address as its customer typed it, where the geocoder knew no more than its postal code."""
    text = typed["address"] or typed["text"]
    coarse = located.precision is Precision.POSTAL or located.source == COORDINATES
    return replace(located, formatted=text) if coarse and text else located


def _sold(offered: Offer, product: str | None) -> bool:
    return any(quote.product == product for shelf in offered.shelves for quote in shelf.quotes)
