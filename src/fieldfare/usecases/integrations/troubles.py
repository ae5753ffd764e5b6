"""What stands in the way of all that is to be written: noted once, and over as soon as something gets through."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.clock import MINUTE
from fieldfare.ports.crm import CrmError, CrmOutcomeUnknownError, CrmRateLimitedError, CrmUnavailableError
from fieldfare.ports.integrations import IntegrationFailure
from fieldfare.ports.storage import Books
from fieldfare.usecases.people.tokens import new_id

SYSTEM = "ghl"
WRITING = "writing"
"""The subject of trouble that isn't about one booking."""

LONGEST_WAIT = MINUTE
"""After an outage of any length what waits is tried again within this time (R9)."""
_FIRST_WAIT = 4
_STEPS = 3
DAILY_WAIT = 60 * MINUTE
"""The day's allowance is used up: there is no use in asking each minute."""

_CODES = frozenset(kind.code for kind in (CrmUnavailableError, CrmOutcomeUnknownError, CrmRateLimitedError))
_MOST_LASTING = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The CRM doesn't take anything: how often in a row, when it was last tried, and until when it need not be."""

    count: int
    last_at: int
    until: int


async def trouble_of(books: Books) -> Trouble | None:
    """Tell what stands in the way of writing now."""
    recent = await books.integrations.failures.recent(limit=_MOST_LASTING)
    lasting = [one for one in recent if one.over_at is None and one.subject == WRITING and one.code in _CODES]
    if not lasting:
        return None
    return Trouble(
        count=sum(one.count for one in lasting),
        last_at=max(one.last_at for one in lasting),
        until=max(int(one.facts.get("until", 0)) for one in lasting),
    )


async def note_trouble(books: Books, error: CrmUnavailableError, *, now: int, until: int) -> None:
    """Note that the CRM could not be written to."""
    await books.integrations.failures.note(
        IntegrationFailure(
            id=new_id(now=now),
            system=SYSTEM,
            code=error.code,
            first_at=now,
            last_at=now,
            subject=WRITING,
            facts={"until": until, "trace": error.trace},
        )
    )


async def trouble_over(books: Books, *, now: int) -> None:
    """Note that something got through."""
    await books.integrations.failures.over(system=SYSTEM, subject=WRITING, at=now)


async def note_refusal(books: Books, error: CrmError, *, booking: str, now: int) -> None:
    """Note that a booking can't be written."""
    await note_failure(
        books,
        error.code,
        booking=booking,
        now=now,
        facts={"said": str(error), "status": error.status, "trace": error.trace},
    )


async def note_failure(
    books: Books, code: str, *, booking: str, now: int, facts: dict[str, str | int | None] | None = None
) -> None:
    """Note something that is wrong with the writing of one booking."""
    failure = IntegrationFailure(
        id=new_id(now=now), system=SYSTEM, code=code, first_at=now, last_at=now, subject=booking, facts=facts or {}
    )
    await books.integrations.failures.note(failure)


def wait_after(error: CrmUnavailableError, *, failures: int) -> int:
    """Tell how many seconds to wait after an attempt that didn't get through, as so many before it."""
    if isinstance(error, CrmRateLimitedError):
        return DAILY_WAIT if error.daily else max(1, round(error.retry_after + 0.5))
    return patience(failures)


def patience(failures: int) -> int:
    """Tell how many seconds to wait after so many failures: 4, 16, and then a minute each time."""
    return min(_FIRST_WAIT << 2 * min(failures - 1, _STEPS), LONGEST_WAIT)
