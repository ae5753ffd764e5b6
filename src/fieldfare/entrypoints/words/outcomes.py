"""Why nothing at all is offered at a place."""

from __future__ import annotations

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Business
from fieldfare.domain.questions import Question
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.words.amounts import first_few
from fieldfare.entrypoints.words.names import Names, plain
from fieldfare.entrypoints.words.setting import Setting


def unsold(setting: Setting, question: Question) -> str:
    """Say what became of the request before any slot was looked for."""
    return unsold_at(setting.explanation.resolution, question.business, product=question.request.product)


def unsold_at(resolution: Resolution, business: Business, *, product: str) -> str:
    """Say why a product is not sold where a resolution was made, or why nothing is."""
    names = Names(business)
    zone = names.zone(resolution.zone or "")
    known = next((one for one in business.products if one.id == product), None)
    match resolution.outcome:
        case Outcome.BLOCKED:
            negative = {zone.id for zone in business.zones if zone.negative}
            zones = first_few([names.zone(id_) for id_ in resolution.candidate_zones if id_ in negative])
            return f"it lies in the negative zone {zones}, where the business doesn't service anybody"
        case Outcome.OUT_OF_AREA:
            return "no zone holds it, and there is no default zone"
        case Outcome.NO_SERVICES:
            return f"the zone {zone} has no active industry"
        case _ if known is None:
            return f'the business has no product "{plain(product)}"'
        case _:
            name = plain(known.name)
            return f"the zone {zone} doesn't sell {f'{name} ({product})' if name else product}"
