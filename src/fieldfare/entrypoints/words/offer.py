"""What speaks for a start that is offered."""

from __future__ import annotations

from fieldfare.domain.explanations import OfferedFacts
from fieldfare.entrypoints.words.amounts import length
from fieldfare.entrypoints.words.legs import offered_leg
from fieldfare.entrypoints.words.setting import Setting


def offered(facts: OfferedFacts, setting: Setting) -> str:
    """Say which drives lead to the visit and on from it, what they add, and how the option ranks."""
    before = offered_leg(facts.before, setting, before=True)
    after = offered_leg(facts.after, setting, before=False)
    return f"{before}; {after}. {_rank(facts, setting)}"


def _rank(facts: OfferedFacts, setting: Setting) -> str:
    detour = (
        f"The visit adds {length(facts.detour_seconds)} of driving to {setting.who}'s day"
        if facts.detour_seconds
        else f"The visit adds no driving to {setting.who}'s day"
    )
    if facts.options == 1:
        place = f"{setting.who} is the only option for this slot"
    else:
        place = f"{setting.who} is option {facts.position:,} of {facts.options:,} for this slot"
    recommended = "is recommended" if facts.recommended else "is not recommended"
    sentences = f"{detour}; {place}, which lies in block {facts.block} and {recommended}."
    if facts.request_technician is not None:
        asked = setting.names.technician(facts.request_technician)
        sentences += f" The request itself asks for {asked} alone."
    return sentences
