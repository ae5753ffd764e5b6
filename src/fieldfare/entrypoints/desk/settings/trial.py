"""What would an address cost, and who could go? Asked of a business as it is, and as a form would have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.explanations import Explanation, OfferedFacts
from fieldfare.domain.fleet import Technician
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.domain.questions import Question
from fieldfare.engine.reasons import rule_of
from fieldfare.engine.resolution import Sale
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.places import find_place
from fieldfare.entrypoints.api.public.shapes import LONGEST_ADDRESS
from fieldfare.entrypoints.desk.asking import Asking, read_day
from fieldfare.entrypoints.desk.pages import length
from fieldfare.entrypoints.desk.settings.figures import clock_text
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Fault
from fieldfare.entrypoints.desk.settings.widgets_grouped import COORDINATES
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.entrypoints.words.names import Names
from fieldfare.usecases.availability.explain_slot import explain_slot
from fieldfare.usecases.availability.judge_visit import Judged, Judges
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.usecases.places.locate import Address, PostalCode

_POSTAL_CODE = re.compile(r"[A-Z][0-9][A-Z](?:[0-9][A-Z][0-9])?|[0-9]{5}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LARGEST = (90, 180)
_MOST_EXPLAINED = 30
_TUESDAY = 1
_GRID = "no start of the grid (F6): only the desk can book it, with a reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: a place, a product and a start, with the texts in which they were typed."""

    place: Place
    product: str
    start: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goer:
    """Somebody who could go: how far out of the way it is, and what the desk would have to override, if anything."""

    name: str
    detour_seconds: int
    why: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer in words. Without a price nothing is sold there, and `sentence` says why."""

    sentence: str
    zone: str
    price: str
    duration: str
    goers: tuple[Goer, ...]
    others: tuple[str, ...]
    more: str

    def differs_from(self, other: Told) -> bool:
        """Whether what customers and the desk would see differs."""
        return (self.zone, self.price, self.duration, self.goers) != (
            other.zone,
            other.price,
            other.duration,
            other.goers,
        )


def first_wish(asking: Asking, product: str | None = None) -> Typed:
    """Fill the question in with something likely: a product that it is about, the next Tuesday at nine."""
    ahead = (_TUESDAY - asking.today.weekday()) % 7 or 7
    products = sorted(asking.business.products, key=lambda product: (not product.active, product.name, product.id))
    return Typed(
        {
            "product": (product or (products[0].id if products else ""),),
            "date": ((asking.today + timedelta(days=ahead)).isoformat(),),
            "time": ("09:00",),
        }
    )


async def read_wish(asking: Asking, typed: Typed) -> Wish:
    """Read the question; raises `Fault` with the part that can't be read."""
    where, product = typed.one("place"), typed.one("product")
    if not where:
        raise Fault("Type an address, a postal code, or a latitude and longitude.", at="place")
    if not product:
        raise Fault("Choose a product.", at="product")
    day = read_day(typed.one("date"))
    if day is None:
        raise Fault("Choose a date.", at="date")
    time = _CLOCK.fullmatch(clock_text(typed.one("time")))
    if time is None:
        raise Fault("Give a clock time, such as 09:15.", at="time")
    start = asking.clock.at(day, int(time[1]) * 60 + int(time[2])).instant
    return Wish(place=await place_of(asking, where), product=product, start=start, where=where)


async def place_of(asking: Asking, text: str, *, at: str = "place") -> Place:
    """Find the place that was typed: coordinates, a postal code or an address; raises `Fault`."""
    found = COORDINATES.fullmatch(text)
    if found:
        lat, lng = float(found[1]), float(found[2])
        if abs(lat) > _LARGEST[0] or abs(lng) > _LARGEST[1]:
            raise Fault("A latitude goes to 90, a longitude to 180 degrees.", at=at)
        return Place(lat=lat, lng=lng)
    code = normalise_postal_code(text)
    if len(text) > LONGEST_ADDRESS:
        raise Fault("This is too long for an address.", at=at)
    limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
    wanted = PostalCode(code=code) if code and _POSTAL_CODE.fullmatch(code) else Address(text=text)
    try:
        return (await find_place(asking.rooms, asking.current, wanted, business=asking.business.id)).place
    except Problem as problem:
        raise Fault(_unfound(problem), at=at) from None


def _unfound(problem: Problem) -> str:
    match problem.code:
        case "address_ambiguous":
            choices = problem.members["choices"]
            several = list(choices) if isinstance(choices, list) else []
            listed = "; ".join(f"{one['address']} ({one['lat']}, {one['lng']})" for one in several[:5])
            return f"Several places fit; type one of them: {listed}."
        case "geocoder_unavailable":
            return "Addresses can't be looked up right now: type a postal code, or a latitude and longitude."
        case _:
            return "This address was not found: check it, or type a postal code, or a latitude and longitude."


async def tell(asking: Asking, business: Business, wish: Wish) -> Told:
    """Answer for a business, with the commitments that stand."""
    snapshot = Snapshot(business=business, commitments=asking.current.snapshot.commitments)
    request = Asked(place=wish.place, product=wish.product)
    question = snapshot.question(request, now=asking.now)
    resolution, sale = snapshot.resolve(request, now=asking.now)
    names = Names(business)
    if sale is None:
        return _unsold(await _nobody(asking, question, wish), names, resolution.zone)
    fit = [person for person in business.technicians if _qualified(person, sale)]
    told = [(person, await _explained(asking, question, person.id, wish)) for person in fit[:_MOST_EXPLAINED]]
    goers = [_goer(names, one, question) for _, one in told if one.offered]
    grid = await _off_grid(asking, Judges(business), sale, resolution.hub, told, wish)
    goers += [
        Goer(name=names.technician(id_), detour_seconds=judged.option.detour_seconds, against=_GRID)
        for id_, judged in grid.items()
        if judged.broken == ("off_grid",) and judged.option is not None
    ]
    going = {goer.name for goer in goers}
    quote = sale.quote
    return Told(
        sentence="",
        zone=names.zone(sale.zone.id) + (" by default" if resolution.outcome == "default_zone" else ""),
        price=asking.tongue.money(quote.price, quote.currency),
        duration=length(quote.duration_minutes * MINUTE),
        goers=tuple(sorted(goers, key=lambda goer: (goer.against, goer.detour_seconds, goer.name))),
        others=tuple(
            paragraph(one, question) + _also(grid.get(person.id))
            for person, one in told
            if names.technician(person.id) not in going
        ),
        more=_others(len(business.technicians) - len(fit), len(fit) - len(told)),
    )


async def _nobody(asking: Asking, question: Question, wish: Wish) -> str:
    people = question.business.technicians
    if not people:
        return "Nothing is offered at this place, and there are no technicians."
    return paragraph(await _explained(asking, question, people[0].id, wish), question)


def _unsold(sentence: str, names: Names, zone: str | None) -> Told:
    where = "" if zone is None else names.zone(zone)
    return Told(sentence=sentence, zone=where, price="", duration="", goers=(), others=(), more="")


async def _explained(asking: Asking, question: Question, technician: str, wish: Wish) -> Explanation:
    request = Asked(place=wish.place, product=wish.product, technician=technician)
    return await explain_slot(
        Question(now=question.now, business=question.business, commitments=question.commitments, request=request),
        technician=technician,
        start=wish.start,
        travel=asking.rooms.travel(question.business.travel),
    )


def _qualified(person: Technician, sale: Sale) -> bool:
    return person.active and sale.zone.id in person.zones and sale.product.skills <= person.skills


def _goer(names: Names, explanation: Explanation, question: Question) -> Goer:
    facts = explanation.facts
    return Goer(
        name=names.technician(explanation.technician),
        detour_seconds=facts.detour_seconds if isinstance(facts, OfferedFacts) else 0,
        why=paragraph(explanation, question),
    )


async def _off_grid(  # noqa: PLR0917 - all of one question
    asking: Asking,
    judges: Judges,
    sale: Sale,
    hub: str | None,
    told: list[tuple[Technician, Explanation]],
    wish: Wish,
) -> dict[str, Judged]:
    """Judge by every rule whom the grid refuses: the desk may book at such a start all the same (rule B9)."""
    return {
        person.id: await judges.judge(
            sale=sale,
            place=wish.place,
            hub=hub,
            technician=person.id,
            start=wish.start,
            now=asking.now,
            commitments=asking.current.snapshot.commitments,
            travel=asking.rooms.travel(judges.business.travel),
            all_rules=True,
        )
        for person, explanation in told
        if explanation.reason == "off_grid"
    }


def _also(judged: Judged | None) -> str:
    """Say what stands in the way beside the grid."""
    more = [] if judged is None else [code for code in judged.broken if code != "off_grid"]
    rules = ", ".join(f"{rule_of(code)} {code}" for code in more)
    return f" Also in the way: {rules}." if rules else ""


def _others(unfit: int, unlooked: int) -> str:
    parts = []
    if unfit:
        parts.append(f"{unfit} more are inactive, not assigned to the zone or lack a skill (F4).")
    if unlooked:
        parts.append(f"{unlooked} more were not looked at.")
    return " ".join(parts)
