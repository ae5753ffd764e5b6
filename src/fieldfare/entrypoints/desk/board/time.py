"""`/desk/board/time`: block somebody's time, or take equipment out of use; change it, and free it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from fieldfare.domain.bookings import Status
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.staff.record_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking, desk_link, read_day
from fieldfare.entrypoints.desk.board.blocked import (
    RESOURCE,
    TECHNICIAN,
    TITLES,
    Entered,
    Typed,
    new_id,
    read_entered,
    span_in,
    typed_of,
    write,
)
from fieldfare.entrypoints.desk.board.data import span_words
from fieldfare.entrypoints.desk.board.view import own_row
from fieldfare.entrypoints.desk.board.wording import KEEPERS
from fieldfare.entrypoints.desk.doing import said_of, version_in
from fieldfare.entrypoints.desk.moments import read_instant
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.scenario.business import write_commitment
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.storage import KeptCommitment
from fieldfare.usecases.commitments.write_commitments import SUBJECT, Source, delete_commitments

_MOST = 50
_NINE = 9 * 60
_USUAL = 60 * MINUTE
_FIELDS = ("whose", "pieces", "from_date", "from_time", "from_was", "to_date", "to_time", "to_was", "title", "place")
_STANDING = (Status.HELD, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A visit that lies in blocked time."""

    title: str
    span: str
    href: str
    move: str | None


async def new_time_page(asking: Asking) -> Response:
    """Ask whose time is to be blocked, and from when to when; the board names what was drawn on it."""
    query = asking.query
    start = read_instant(query.get("start", "")) or asking.clock.at(asking.day(), _NINE).instant
    end = read_instant(query.get("end", "")) or start + _USUAL
    drawn = Commitment(
        id="",
        technician=query.get("technician") or None,
        kind=CommitmentKind.BUSY,
        start=start,
        end=max(end, start + MINUTE),
        title="Out of use" if query.get("resource") else "Time off",
        resources={query["resource"]: 1} if query.get("resource") else {},
    )
    typed = typed_of(asking, drawn)
    if not drawn.technician and not drawn.resources:
        typed["whose"] = ""
    return await _page(asking, typed, id_=new_id())


async def block_time(asking: Asking) -> Response:
    """Block it. Visits that lie in it stay, and are named."""
    id_ = asking.form.get("id", "") or new_id()
    entered = await read_entered(asking, id_=id_, before=None)
    if entered.document is None:
        return await _page(asking, asking.form, id_=id_, faults=entered.faults, status=422)
    try:
        written = (await write(asking, entered.document, expected=None, new=True)).commitment
    except Problem as problem:
        # The same form sent twice: what it asks for is done already.
        there = await _kept(asking, id_) if problem.code == "conflict" else None
        if there is None or not _is_so(asking, there, entered):
            return await _page(asking, asking.form, id_=id_, fault=said_of(problem), status=problem.status_code)
        written = there.commitment
    return await _done(asking, written, notice="blocked")


async def time_page(asking: Asking) -> Response:
    """Show blocked time, to be changed or freed; a technician sees their own alone."""
    if asking.may(Permission.BOOKINGS_READ) and await _is_booking(asking):
        return asking.go("bookings", str(asking.request.path_params["id"]))
    kept = await _own(asking)
    return await _page(asking, typed_of(asking, kept.commitment), id_=kept.commitment.id, kept=kept)


async def change_time(asking: Asking) -> Response:
    """Change it, or free it; the same form sent twice has done what it asks for."""
    frees = asking.form.get("free") == "1"
    if frees and await _is_freed(asking):
        return _freed(asking, read_day(asking.form.get("from_date")) or asking.today)
    # A form without a version was made for none that there is.
    kept, expected, entered = await _own(asking), version_in(asking) or 0, None
    id_ = kept.commitment.id
    try:
        if frees:
            return await _free(asking, kept, expected)
        entered = await read_entered(asking, id_=id_, before=kept.commitment)
        if entered.document is None:
            return await _page(asking, asking.form, id_=id_, kept=kept, faults=entered.faults, status=422)
        written = (await write(asking, entered.document, expected=expected, new=False)).commitment
    except Problem as problem:
        now = await _kept(asking, id_)
        if now is None:
            raise Problem("not_found") from None
        conflict = now if problem.code == "changed_meanwhile" else None
        if conflict is not None and entered is not None and _is_so(asking, now, entered):
            return await _done(asking, now.commitment, notice="saved")
        fault = None if conflict else said_of(problem)
        return await _page(
            asking, asking.form, id_=id_, kept=now, fault=fault, conflict=conflict, status=problem.status_code
        )
    return await _done(asking, written, notice="saved")


async def _free(asking: Asking, kept: KeptCommitment, expected: int) -> Response:
    with refusals():
        await delete_commitments(
            asking.rooms.storage, asking.who.business, [kept.commitment.id], actor=asking.who.actor, expected=expected
        )
    return _freed(asking, asking.clock.date_of(kept.commitment.start))


def _freed(asking: Asking, day: date) -> Response:
    return asking.go("board", date=day.isoformat(), notice="freed")


async def _is_freed(asking: Asking) -> bool:
    """Whether the commitment of the address was there, and is no more."""
    id_ = str(asking.request.path_params["id"])
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        if await books.commitments.find([id_]):
            return False
        lines = await books.audit.page(before=None, limit=1, subject=SUBJECT, subject_id=id_)
    return any(line.entry.action == "delete" for line in lines)


def _is_so(asking: Asking, kept: KeptCommitment, entered: Entered) -> bool:
    """Whether a commitment is as the fields say already."""
    return write_commitment(kept.commitment, asking.clock) == entered.document


async def _done(asking: Asking, written: Commitment, *, notice: str) -> Response:
    """Go back to the board, or to the time itself where visits lie in it: somebody has to look at them."""
    if await _visits_in(asking, written.technician, written.start, written.end):
        return asking.go("board", "time", written.id, notice=notice)
    return asking.go("board", date=asking.clock.date_of(written.start).isoformat(), notice=notice)


async def _page(
    asking: Asking,
    typed: Typed,
    *,
    id_: str,
    kept: KeptCommitment | None = None,
    faults: dict[str, str] | None = None,
    fault: str | None = None,
    conflict: KeptCommitment | None = None,
    status: int = 200,
) -> Response:
    business = asking.business
    people = sorted(business.technicians, key=lambda one: ((one.name or one.id).casefold(), one.id))
    visits = await _visits_typed(asking, typed)
    date = typed.get("from_date") or asking.today.isoformat()
    values: dict[str, Any] = {
        "id": id_,
        "kept": kept,
        "typed": {**dict.fromkeys(_FIELDS, ""), **typed},
        "faults": faults or {},
        "fault": fault,
        "conflict": typed_of(asking, conflict.commitment) if conflict else None,
        "whose": {
            "Technicians": [(f"{TECHNICIAN}{one.id}", one.name or one.id) for one in people],
            "Equipment": [(f"{RESOURCE}{one.kind}", one.kind) for one in business.resources],
        },
        "titles": TITLES,
        "visits": visits,
        "may_change": asking.may(Permission.COMMITMENTS_WRITE)
        and (kept is None or kept.source in {source.value for source in Source}),
        "kept_in": None if kept is None else KEEPERS.get(kept.source),
        "board_link": desk_link("board", date=date),
    }
    return show(asking, "board/time.html", values, status=status)


async def _visits_typed(asking: Asking, typed: Typed) -> list[Inside]:
    """List the visits in the time that the fields name, as far as they can be read."""
    faults: dict[str, str] = {}
    start, end = span_in(asking, typed, faults)
    whose = typed.get("whose", "")
    if faults or start is None or end is None or not whose.startswith(TECHNICIAN):
        return []
    return await _visits_in(asking, whose.removeprefix(TECHNICIAN), start, end)


async def _visits_in(asking: Asking, technician: str | None, start: int, end: int) -> list[Inside]:
    """List a technician's visits of some time, held ones among them."""
    if technician is None:
        return []
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        standing = await books.commitments.standing(since=start, until=end, technicians=[technician])
        ours = {
            one.id: one
            for one in await books.bookings.page(
                BookingFilter(statuses=_STANDING, technician=technician, since=start, until=end),
                after=None,
                limit=_MOST,
            )
        }
    visits = sorted((one for one in standing if one.kind is CommitmentKind.VISIT), key=lambda one: (one.start, one.id))
    return [
        Inside(
            title=one.title or "Visit",
            span=span_words(asking, one.start, one.end),
            href=desk_link("bookings", one.id) if one.id in ours else desk_link("board", "time", one.id),
            move=desk_link("board", "move", one.id)
            if one.id in ours and ours[one.id].status is Status.CONFIRMED
            else None,
        )
        for one in visits[:_MOST]
    ]


async def _own(asking: Asking) -> KeptCommitment:
    """Look the commitment of the address up; raises `Problem` (not_found) for another's, too."""
    kept = await _kept(asking, str(asking.request.path_params["id"]))
    only = None if asking.may(Permission.COMMITMENTS_READ) else own_row(asking)
    if kept is None or (only is not None and kept.commitment.technician != only):
        raise Problem("not_found")
    return kept


async def _is_booking(asking: Asking) -> bool:
    """Whether the id is that of a booking: whoever says what is in the way doesn't always know."""
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        return await books.bookings.find(str(asking.request.path_params["id"])) is not None


async def _kept(asking: Asking, id_: str) -> KeptCommitment | None:
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        return (await books.commitments.find([id_])).get(id_)
