"""Why nothing at all is offered at a place."""

from __future__ import annotations

from fieldfare.domain.questions import Question
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.words.amounts import first_few
from fieldfare.entrypoints.words.names import plain
from fieldfare.entrypoints.words.setting import Setting


def unsold(setting: Setting, question: Question) -> str:
    """Say what became of the request before any slot was looked for."""
    resolution = setting.explanation.resolution
    wanted = question.request.product
    product = next((product for product in question.business.products if product.id == wanted), None)
    match resolution.outcome:
        case Outcome.BLOCKED:
            negative = {zone.id for zone in question.business.zones if zone.negative}
            zones = first_few([setting.names.zone(id_) for id_ in resolution.candidate_zones if id_ in negative])
            why = f"it lies in the negative zone {zones}, where the business doesn't service anybody"
        case Outcome.OUT_OF_AREA:
            why = "no zone holds it, and there is no default zone"
        case Outcome.NO_SERVICES:
            why = f"the zone {setting.zone} has no active industry"
        case _ if product is None:
            why = f'the business has no product "{plain(wanted)}"'
        case _:
            name = plain(product.name)
            why = f"the zone {setting.zone} doesn't sell {f'{name} ({wanted})' if name else wanted}"
    return why
