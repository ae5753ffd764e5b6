"""What becomes of a start that is named: can this technician drive it, and if not, which rules does it break?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.public.offers import OFFER_SECONDS, sign_offer
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.usecases.availability.explain_slot import explain_slot
from fieldfare.usecases.bookings.hold import Shown, price_of
from fieldfare.usecases.bookings.judging import OVERRIDABLE
from fieldfare.usecases.bookings.planning import is_recommended, options_at

_OFFERED = {True: "This time is offered.", False: "This time isn't offered."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A start that was tried.

    `words` tell in full why it is offered, or the first thing that speaks against it, to those who may ask why; others
    learn no more than whether it is.
    `broken` are all rules that it breaks, with a sentence each; `overridable` says that staff may book all the same.
    """

    start: int
    end: int | None
    fits: bool
    words: str
    broken: tuple[tuple[str, str], ...]
    overridable: bool
    detour_seconds: int | None = None
    before_seconds: int | None = None
    after_seconds: int | None = None
    price: int | None = None
    saving: int = 0
    offer: str = ""


async def try_out(asking: Asking, asked: Asked, *, start: int, technician: str) -> Tried:
    """Try a start for a technician; raises `UnknownTechnicianError`."""
    desk = await asking.rooms.acting.desk(asking.who.business)
    snapshot = desk.current.snapshot
    question = snapshot.question(replace(asked, technician=None), now=desk.now)
    explanation = await explain_slot(question, technician=technician, start=start, travel=desk.travel)
    words = _OFFERED[explanation.offered]
    if asking.may(Permission.WHY):
        words = paragraph(explanation, question)
    found = await snapshot.drivable(asked, now=desk.now, travel=desk.travel)
    if found.sale is None:
        return Tried(start=start, end=None, fits=False, words=words, broken=(), overridable=False)
    judged = await desk.current.judges.judge(
        sale=found.sale,
        place=asked.place,
        hub=found.resolution.hub,
        technician=technician,
        start=start,
        now=desk.now,
        commitments=snapshot.commitments,
        travel=desk.travel,
        all_rules=True,
    )
    recommended = found.slot_map is not None and is_recommended(found.slot_map, start)
    recommended = recommended and bool(found.slot_map and options_at(found.slot_map, start))
    shown = price_of(found.sale, asking.business.policy, recommended=recommended and judged.fits)
    option = judged.option
    return Tried(
        start=start,
        end=start + found.sale.quote.duration_minutes * MINUTE,
        fits=judged.fits,
        words=words,
        broken=tuple((code, BROKEN[code]) for code in judged.broken),
        overridable=bool(judged.broken) and OVERRIDABLE.issuperset(judged.broken),
        detour_seconds=option.detour_seconds if option else None,
        before_seconds=option.before_seconds if option else None,
        after_seconds=option.after_seconds if option else None,
        price=shown.price,
        saving=shown.discount,
        offer=await _signed(asking, replace(asked, technician=technician), start, shown),
    )


async def _signed(asking: Asking, asked: Asked, start: int, shown: Shown) -> str:
    secret = await asking.rooms.acting.secret(asking.who.business)
    return sign_offer(secret=secret, asked=asked, start=start, shown=shown, until=asking.now + OFFER_SECONDS)
