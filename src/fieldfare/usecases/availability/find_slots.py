"""Which slots can be driven to this place?"""

from __future__ import annotations

from fieldfare.domain.answers import Answer
from fieldfare.domain.questions import Question
from fieldfare.engine.draft import draft
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import build_map
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.drivable import Drivable, answer_of
from fieldfare.usecases.availability.fetch_drives import with_drives


async def find_slots(question: Question, *, travel: TravelTimes, explain: bool) -> Answer:
    """Resolve a request's zone and product, and find the slots that some technician can drive.

    With `explain`, every start that isn't offered to a technician gets its reason. A travel model that fails is stood
    in for, and the answer's `travel_source` says so.
    """
    resolution, sale = resolve_question(question)
    slot_map, source = None, travel.source
    if sale is not None:
        drafted = draft(question, sale, resolution.hub)
        problem, source = await with_drives(drafted, travel=travel, settings=question.business.travel)
        slot_map = build_map(problem)
    found = Drivable(resolution=resolution, sale=sale, slot_map=slot_map, travel_source=source)
    return answer_of(found, question.business, explain=explain)
