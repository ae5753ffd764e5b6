"""What went wrong with reading, noted once and over as soon as it goes well again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fieldfare.ports.crm import CrmError
from fieldfare.ports.integrations import IntegrationFailure
from fieldfare.ports.storage import Books
from fieldfare.usecases.people.tokens import new_id

SYSTEM = "ghl"
SUDDENLY_EMPTY = "suddenly_empty"
"""A list that held many entries is said to hold none; that is believed when the next reading says so, too."""

_MOST = 200


async def lasting(books: Books, *, code: str | None = None) -> tuple[IntegrationFailure, ...]:
    """List the failures that last, of one code or of all."""
    recent = await books.integrations.failures.recent(limit=_MOST)
    return tuple(one for one in recent if one.system == SYSTEM and one.over_at is None and code in {None, one.code})


async def note_reading(
    books: Books,
    *,
    failed: Mapping[str, CrmError],
    well: Collection[str],
    emptied: Mapping[str, int],
    filled: Collection[str],
    now: int,
) -> frozenset[str]:
    """Note what of a reading failed, and of what went `well` that it is over; gives the subjects that are new.

    What was `emptied` is so until it was `filled` again, however well it is read. Nothing is written where all goes
    well as before.
    """
    before = await lasting(books)
    failures = books.integrations.failures
    for one in before:
        over = filled if one.code == SUDDENLY_EMPTY else well
        if one.subject in over and one.subject not in emptied:
            await failures.over(system=SYSTEM, code=one.code, subject=one.subject, at=now)
    for subject, error in failed.items():
        facts = {"said": str(error), "status": error.status, "trace": error.trace}
        await failures.note(_failure(error.code, subject, facts, now=now))
    for subject, held in emptied.items():
        await failures.note(_failure(SUDDENLY_EMPTY, subject, {"held": held}, now=now))
    known = {(one.code, one.subject) for one in before}
    return frozenset(subject for subject, error in failed.items() if (error.code, subject) not in known)


def _failure(code: str, subject: str, facts: Mapping[str, object], *, now: int) -> IntegrationFailure:
    return IntegrationFailure(
        id=new_id(now=now), system=SYSTEM, code=code, first_at=now, last_at=now, subject=subject, facts=facts
    )
