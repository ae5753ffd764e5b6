"""Writes visits, and reads them back: that a write was answered with 200 doesn't prove that it was done."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from fieldfare.adapters.crms.ghl import statuses
from fieldfare.adapters.crms.ghl import visit_bodies as bodies
from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.finding import OVER, first_of, is_at, is_ours, mentions, name_of, person_of
from fieldfare.adapters.crms.ghl.moments import read_instant
from fieldfare.adapters.crms.ghl.operations import (
    CHANGE_APPOINTMENT,
    CHANGE_BOOKING,
    CREATE_APPOINTMENT,
    CREATE_BOOKING,
    GET_APPOINTMENT,
    GET_BOOKING,
)
from fieldfare.adapters.crms.ghl.picking import Row, flag, inner, text
from fieldfare.adapters.crms.ghl.reading import Reading
from fieldfare.adapters.crms.ghl.statuses import status_of
from fieldfare.domain.clock import Clock
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.titles import reference_in
from fieldfare.ports.crm import (
    CrmAsked,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRefusedError,
    CrmScope,
    CrmTarget,
    CrmUnavailableError,
    CrmVisit,
    CrmWritten,
    SourceKind,
)

_NO_CONTACT = re.compile(r"contact\b.*(not exist|not found|deleted)", re.IGNORECASE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The visits of one account."""

    caller: Caller
    catalogue: Catalogue
    reading: Reading
    account: str

    async def find_by_reference(
        self,
        reference: str,
        *,
        target: CrmTarget,
        since: int,
        until: int,
        asked: CrmAsked | None = None,
        without: CrmWritten | None = None,
    ) -> CrmWritten | None:
        """Look for a reference in titles and descriptions: a visit that stands before one that was cancelled.

        With what was `asked` only what we have made counts, and what stands as it was asked for comes first.
        """
        found = await self._mentioning(reference, target=target, since=since, until=until)
        found = [row for row in found if CrmWritten(source=target.source, source_id=name_of(row)) != without]
        clock = await self.catalogue.clock()
        if asked is not None:
            found = [row for row in found if is_ours(row, reference, asked, clock)]
        first = first_of(found, asked, clock)
        return None if first is None else CrmWritten(source=target.source, source_id=name_of(first))

    async def standing_of(
        self, reference: str, *, target: CrmTarget, since: int, until: int, asked: CrmAsked | None = None
    ) -> tuple[CrmWritten, ...]:
        """List the visits of a reference that stand, each once: with what was `asked` those that are just that."""
        found = await self._mentioning(reference, target=target, since=since, until=until)
        clock = await self.catalogue.clock()
        if asked is not None:
            found = [row for row in found if is_ours(row, reference, asked, clock) and is_at(row, asked, clock)]
        standing = sorted({name_of(row) for row in found if status_of(row) not in OVER})
        return tuple(CrmWritten(source=target.source, source_id=id_) for id_ in standing)

    async def create(self, visit: CrmVisit) -> CrmWritten:
        """Write a visit, and see to it that it is what was asked for."""
        if visit.target.source is SourceKind.SERVICES:
            answer = await self._created(bodies.new_booking(visit, self.account), params=bodies.OVERRIDES)
        else:
            answer = await self._created(bodies.new_appointment(visit, self.account))
            answer = inner(answer, "event") or answer
        id_ = name_of(answer)
        if not id_:
            raise CrmOutcomeUnknownError("the answer doesn't name the new visit")
        written = CrmWritten(source=visit.target.source, source_id=id_)
        await self._make_sure(written, visit, answer, mended=False)
        return written

    async def change(self, written: CrmWritten, visit: CrmVisit) -> None:
        """Write a visit anew; one that was cancelled meanwhile stands again."""
        answer = await self._change(written, visit)
        await self._make_sure(written, visit, answer, mended=False)

    async def cancel(self, written: CrmWritten, *, notify: bool) -> None:
        """Cancel a visit by its status alone; one that is gone is done."""
        try:
            if written.source is SourceKind.SERVICES:
                await self.caller.call(CHANGE_BOOKING, id_=written.source_id, body={"status": "cancelled"})
            else:
                body = bodies.status("cancelled", notify=notify)
                await self.caller.call(CHANGE_APPOINTMENT, id_=_appointment(written), body=body)
        except CrmNotFoundError:
            return

    async def mark(self, written: CrmWritten, status: OutsideStatus) -> None:
        """Write by the status alone how a visit ended, or that it hasn't; nobody is told of it."""
        if written.source is SourceKind.SERVICES:
            body = {"status": statuses.SERVICES[status]}
            await self.caller.call(CHANGE_BOOKING, id_=written.source_id, params=bodies.OVERRIDES, body=body)
        else:
            body = bodies.status(statuses.APPOINTMENTS[status], notify=False)
            await self.caller.call(CHANGE_APPOINTMENT, id_=_appointment(written), body=body)

    async def retitle(self, written: CrmWritten, title: str) -> None:
        """Write the title alone; nobody is told of it."""
        if written.source is SourceKind.SERVICES:
            await self.caller.call(CHANGE_BOOKING, id_=written.source_id, body={"title": title})
        else:
            body = {"title": title, "toNotify": False}
            await self.caller.call(CHANGE_APPOINTMENT, id_=_appointment(written), body=body)

    async def _mentioning(self, reference: str, *, target: CrmTarget, since: int, until: int) -> list[Row]:
        """Read the visits that name a reference, those that were deleted left out."""
        scope = CrmScope(source=target.source, calendar=target.calendar)
        rows = await self.reading.rows(scope, since=since, until=until)
        return [row for row in rows if not flag(row, "deleted") and mentions(row, reference) and name_of(row)]

    async def _created(self, body: dict[str, Any], *, params: dict[str, str] | None = None) -> Row:
        """Create either; a contact that isn't there (any more) is `CrmNotFoundError`, since another may be made."""
        operation = CREATE_APPOINTMENT if params is None else CREATE_BOOKING
        try:
            return await self.caller.call(operation, params=params, body=body)
        except CrmRefusedError as error:
            if _NO_CONTACT.search(str(error)):
                raise CrmNotFoundError(str(error), status=error.status, trace=error.trace) from None
            raise

    async def _change(self, written: CrmWritten, visit: CrmVisit) -> Row:
        if written.source is not visit.target.source:
            raise CrmRefusedError("an appointment can't become a service booking, nor the other way round")
        if written.source is SourceKind.SERVICES:
            body = bodies.changed_booking(visit)
            return await self.caller.call(CHANGE_BOOKING, id_=written.source_id, params=bodies.OVERRIDES, body=body)
        body = bodies.changed_appointment(visit)
        answer = await self.caller.call(CHANGE_APPOINTMENT, id_=_appointment(written), body=body)
        return inner(answer, "event") or answer

    async def _make_sure(self, written: CrmWritten, visit: CrmVisit, answer: Row, *, mended: bool) -> None:
        """Compare an answer with what was asked, by reading the visit where the answer lacks something.

        What differs is written once more. Raises `CrmRefusedError` if it differs still, and `CrmOutcomeUnknownError`
        if it isn't there.
        """
        clock = await self.catalogue.clock()
        if _lacks(answer, visit, clock):
            try:
                answer = await self._read(written)
            except CrmNotFoundError as error:
                lost = "it was answered as done, and is not there"
                raise CrmOutcomeUnknownError(lost, status=error.status, trace=error.trace) from None
            except CrmUnavailableError as error:
                # It was answered as done, and the next reading of the calendar tells the rest.
                _log.warning("a visit was written and could not be read back: %s", error)
                return
        if status_of(answer) in OVER:
            await self._stand_again(written, visit)
        different = _differences(answer, visit, clock)
        if not different:
            return
        if mended:
            raise CrmRefusedError(f"GoHighLevel keeps its own {', '.join(different)}")
        again = await self._change(written, visit)
        await self._make_sure(written, visit, again, mended=True)

    async def _read(self, written: CrmWritten) -> Row:
        if written.source is SourceKind.SERVICES:
            return await self.caller.call(GET_BOOKING, id_=written.source_id)
        body = await self.caller.call(GET_APPOINTMENT, id_=written.source_id)
        return inner(body, "event") or inner(body, "appointment") or body

    async def _stand_again(self, written: CrmWritten, visit: CrmVisit) -> None:
        if written.source is SourceKind.SERVICES:
            body: dict[str, Any] = {"status": "confirmed"}
            await self.caller.call(CHANGE_BOOKING, id_=written.source_id, params=bodies.OVERRIDES, body=body)
        else:
            body = bodies.status("confirmed", notify=visit.notify)
            await self.caller.call(CHANGE_APPOINTMENT, id_=written.source_id, body=body)


def _appointment(written: CrmWritten) -> str:
    if written.source is not SourceKind.APPOINTMENTS:
        raise CrmRefusedError("blocked slots are not ours to change")
    return written.source_id


def _lacks(answer: Row, visit: CrmVisit, clock: Clock) -> bool:
    """Tell whether an answer leaves open, or tells otherwise, what a visit was to be."""
    told = bool(text(answer, "startTime") and text(answer, "endTime"))
    told = told and (visit.user is None or bool(person_of(answer)))
    return not told or bool(_differences(answer, visit, clock)) or status_of(answer) is OutsideStatus.UNKNOWN


def _differences(row: Row, visit: CrmVisit, clock: Clock) -> list[str]:
    """Name what of a visit is otherwise than it was asked for; what isn't said isn't different."""
    kept_title = text(row, "title")
    pairs = (
        ("start", visit.start, read_instant(row.get("startTime"), clock)),
        ("end", visit.end, read_instant(row.get("endTime"), clock)),
        ("person", visit.user, person_of(row) or None),
        # The vendor may tidy up a title, as long as the visit can be found by it.
        ("title", reference_in(visit.title), reference_in(kept_title) or "" if kept_title else None),
    )
    return [name for name, asked, kept in pairs if asked is not None and kept is not None and asked != kept]
