"""Send again what was put aside, because somebody has mended what stood in its way (O13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.ports.integrations import CrmWrite, WriteState
from fieldfare.ports.storage import Books, Entry
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.refusals import WrongStatusError
from fieldfare.usecases.reactions import write_task

SUBJECT = "crm_writes"


class UnknownWriteError(LookupError):
    """There is no such write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWrite:
    """Something that was put aside, and who sends it again."""

    write: str
    actor: Actor


async def replay_write(_: Desk, wanted: ReplayWrite) -> Act[CrmWrite]:
    """Plan to send something again, at once; what waits already is only sooner.

    Raises `UnknownWriteError`, and `WrongStatusError` for what is done.
    """

    async def act(books: Books) -> CrmWrite:
        write = await books.integrations.writes.find(wanted.write, for_change=True)
        if write is None:
            raise UnknownWriteError
        if write.state not in {WriteState.PARKED, WriteState.WAITING}:
            raise WrongStatusError(f"something that is {write.state.value} is not sent again")
        facts = {key: value for key, value in write.facts.items() if key not in {"refused", "alone"}}
        waits = replace(write, state=WriteState.WAITING, attempts=0, next_at=books.moment, failure=None, facts=facts)
        await books.integrations.writes.change(waits)
        await books.integrations.failures.over(system="ghl", subject=write.booking, at=books.moment)
        await books.tasks.add([write_task(books.business, waits)])
        entry = Entry(
            actor=wanted.actor,
            action="replay",
            subject=SUBJECT,
            subject_id=write.id,
            before={"state": write.state.value, "failure": write.failure},
            after={"state": waits.state.value, "booking": write.booking, "kind": write.kind.value},
        )
        await books.audit.write([entry])
        return waits

    return act
