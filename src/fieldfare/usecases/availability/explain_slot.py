"""Why is this start offered to this technician, or why not?"""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.explanations import Explanation
from fieldfare.domain.questions import Question
from fieldfare.engine.draft import draft
from fieldfare.engine.facts import Candidate, facts_of
from fieldfare.engine.resolution import Sale, resolve_question
from fieldfare.engine.verdict import judge
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.fetch_drives import with_drives


class UnknownTechnicianError(ValueError):
    """The business has no technician of that id."""


async def explain_slot(question: Question, *, technician: str, start: int, travel: TravelTimes) -> Explanation:
    """Judge one start, an instant, for one technician, and give the figures behind the verdict.

    The technician need not be the one whom the request asks for. Raises `UnknownTechnicianError`.
    """
    business = question.business
    if all(person.id != technician for person in business.technicians):
        raise UnknownTechnicianError(f'"{technician}" is not a technician of this business')
    resolution, sale = resolve_question(question)
    if sale is None:
        return Explanation(
            technician=technician,
            start=start,
            end=None,
            resolution=resolution,
            quote=None,
            travel_source=travel.source,
            reason=None,
            facts=None,
        )
    candidate, source = await _judge(
        question, sale=sale, hub=resolution.hub, technician=technician, start=start, travel=travel
    )
    return Explanation(
        technician=technician,
        start=start,
        end=candidate.end,
        resolution=resolution,
        quote=sale.quote,
        travel_source=source,
        reason=candidate.verdict.reason,
        facts=facts_of(candidate),
    )


async def _judge(
    question: Question, *, sale: Sale, hub: str | None, technician: str, start: int, travel: TravelTimes
) -> tuple[Candidate, str]:
    """Judge the technician alone; only what is offered is looked at beside the others, to be ranked among them.

    The second look judges anew: whatever it says, its figures agree with it.
    """

    async def look(asked: str | None) -> tuple[Candidate, str]:
        limited = replace(question, request=replace(question.request, technician=asked))
        drafted = draft(limited, sale, hub)
        problem, source = await with_drives(drafted, travel=travel, settings=question.business.travel)
        row = problem.fleet.ids.index(technician)
        own = problem.only(row)
        candidate = Candidate(
            question=question,
            sale=sale,
            hub=hub,
            whole=problem,
            row=row,
            problem=own,
            own=drafted.own[row],
            start=start,
            verdict=judge(own, start),
        )
        return candidate, source

    alone, source = await look(technician)
    if alone.verdict.reason is not None or question.request.technician == technician:
        return alone, source
    return await look(None)
