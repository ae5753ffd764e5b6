"""What has to be true once everything has settled: read from the simulator, the database and the logs alone."""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.titles import reference_in
from fieldfare.ports.travel import DriveRequest
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.board.board import Leg
from fieldfare.usecases.board.hours import AllHours
from fieldfare.usecases.board.legs import known_drives, route_of
from fieldfare.usecases.bookings.acting import Acting, Desk
from fieldfare.wiring.engine import read_business, travel_times
from tests.reliability.crm.customers import Customers
from tests.reliability.crm.hands import Hands
from tests.reliability.crm.site import FURNACE_CHECK, IGNORED, LOCATION, THEIRS, TUNE_UP, Site

MOST_IN_TEN_SECONDS = 100
DAY = 86_400
Row = dict[str, Any]
Span = tuple[str, int, int]
_STANDING = frozenset({"new", "confirmed", "showed"})
_DEPOT = "depot"
_TOKENS = re.compile(r"\b(?:jwt|refresh|code)\.sim-\d+")
"""What the simulated account opens itself by."""

_BOOKINGS = """
    SELECT id, reference, status, technician_id, source, extract(epoch FROM starts_at)::bigint AS start,
        extract(epoch FROM ends_at)::bigint AS "end"
    FROM bookings WHERE business_id = %(business)s AND status IN ('confirmed', 'cancelled') ORDER BY starts_at
"""
_COMMITMENTS = """
    SELECT id, technician_id, extract(epoch FROM starts_at)::bigint AS start,
        extract(epoch FROM ends_at)::bigint AS "end"
    FROM commitments
    WHERE business_id = %(business)s AND source = 'ghl' AND deleted_at IS NULL
"""
_STORY = """
    SELECT b.reference, b.id, b.status, b.source, b.version,
        (SELECT jsonb_agg(to_jsonb(l) - 'business_id') FROM crm_links l WHERE l.booking_id = b.id) AS links,
        (SELECT jsonb_agg(to_jsonb(w) ORDER BY w.id) FROM crm_writes w WHERE w.booking_id = b.id) AS writes,
        (SELECT jsonb_agg(to_jsonb(m) - 'business_id') FROM mirrored m WHERE m.booking_id = b.id) AS mirrored,
        (SELECT jsonb_agg(jsonb_build_array(a.at, a.action, a.actor_kind, a.actor_id) ORDER BY a.at) FROM audit a
            WHERE a.subject_id = b.id) AS trail
    FROM bookings b WHERE b.business_id = %(business)s AND b.reference = ANY(%(references)s)
"""
_CONFLICTS = """
    SELECT kind, booking_id, entry, technician_id FROM conflicts
    WHERE business_id = %(business)s AND settled_at IS NULL
"""
_LINKS = "SELECT booking_id, source, source_id FROM crm_links WHERE business_id = %(business)s"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What an entry of the CRM takes of people's time: `id` is what Fieldfare calls it."""

    id: str
    users: frozenset[str]
    start: int
    end: int

    def commitments(self) -> Iterator[tuple[str, Span]]:
        """Name what has to stand here of it, and when and by whom."""
        for user in sorted(self.users):
            technician = f"t{user[1:]}"
            id_ = self.id if len(self.users) == 1 else f"{self.id}@{technician}"
            yield id_, (technician, self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An appointment, a blocked slot or a service booking, as the account keeps it."""

    source: str
    id: str
    title: str
    stands: bool
    ignored: bool
    parts: tuple[Part, ...]

    @property
    def reference(self) -> str | None:
        """The booking of ours that it says it is."""
        return reference_in(self.title)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Both sides, as they stand. `links` leads from the entries that are ours to their bookings."""

    entries: list[Entry]
    contacts: list[Row]
    notes: dict[str, list[Row]]
    bookings: list[Row]
    commitments: list[Row]
    conflicts: list[Row]
    links: dict[tuple[str, str], str]
    now: float


async def look(site: Site) -> Seen:
    """Look at both sides."""
    ask, rows = site.account.ask, site.rows
    contacts = await ask("contacts", location=LOCATION)
    links = rows.query(_LINKS, business=site.business)
    return Seen(
        entries=[
            *map(_appointment, await ask("appointments", location=LOCATION)),
            *map(_block, await ask("blocks", location=LOCATION)),
            *map(_service_booking, await ask("service_bookings", location=LOCATION)),
        ],
        contacts=contacts,
        notes={one["id"]: await ask("notes", contact=one["id"]) for one in contacts},
        bookings=rows.query(_BOOKINGS, business=site.business),
        commitments=rows.query(_COMMITMENTS, business=site.business),
        conflicts=rows.query(_CONFLICTS, business=site.business),
        links={(one["source"], one["source_id"]): one["booking_id"] for one in links},
        now=time.time(),
    )


def _appointment(row: Row) -> Entry:
    users = frozenset(filter(None, [row["assignedUserId"], *row["users"]]))
    part = Part(id=f"ghl.appointment:{row['id']}:", users=users, start=row["start"], end=row["end"])
    return Entry(
        source="ghl.appointment",
        id=row["id"],
        title=f"{row['title']}\n{row.get('description') or ''}",
        stands=row["appointmentStatus"] in _STANDING and not row["deleted"],
        ignored=row["calendarId"] == IGNORED,
        parts=(part,),
    )


def _block(row: Row) -> Entry:
    users = frozenset({row["assignedUserId"]})
    part = Part(id=f"ghl.block:{row['id']}:", users=users, start=row["start"], end=row["end"])
    stands = not row["deleted"]
    return Entry(source="ghl.block", id=row["id"], title=row["title"], stands=stands, ignored=False, parts=(part,))


def _service_booking(row: Row) -> Entry:
    """Read it with its legs in the order of their starts; those of what is over have none."""
    stands = row["status"] in _STANDING and not row["deleted"]
    legs = sorted(row["legs"], key=lambda leg: leg["start"]) if stands else []
    parts = tuple(
        Part(
            id=f"ghl.service:{row['id']}:{number}",
            users=frozenset({leg["staff"]}),
            start=leg["start"],
            end=leg["end"],
        )
        for number, leg in enumerate(legs)
    )
    return Entry(source="ghl.service", id=row["id"], title=row["title"], stands=stands, ignored=False, parts=parts)


def kept_promises(seen: Seen, customers: Customers, hands: Hands) -> Iterator[str]:
    """Each booking that was acknowledged is there, as its customer left it, unless people in the CRM changed it."""
    standing = {one["reference"]: one for one in seen.bookings}
    for promise in customers.promises:
        booking = standing.get(promise.reference)
        if booking is None:
            yield f"{promise.reference} was acknowledged and is gone"
        elif promise.reason is not None and booking["status"] != "cancelled":
            yield f"{promise.reference} was cancelled and stands"
        elif promise.reason is None and booking["status"] == "cancelled" and promise.reference not in hands.ended:
            yield f"{promise.reference} is cancelled and nobody has cancelled it"
        elif (
            booking["status"] == "confirmed"
            and booking["start"] != promise.start
            and promise.reference not in hands.touched
        ):
            yield f"{promise.reference} is at another time, and nobody has moved it"
    if len({one["reference"] for one in seen.bookings}) != len(seen.bookings):
        yield "a reference is there twice"


def in_the_crm_once(seen: Seen) -> Iterator[str]:
    """Each booking is in the CRM once, by its reference: in its state, at its time and with its user."""
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in seen.entries:
        if entry.reference is not None:
            entries[entry.reference].append(entry)
    moved_onto = {one["booking_id"] for one in seen.conflicts if one["kind"] == "moved_onto"}
    for booking in seen.bookings:
        found = entries.pop(booking["reference"], [])
        standing = [entry for entry in found if entry.stands]
        if booking["status"] == "cancelled":
            if standing:
                yield f"{booking['reference']} is cancelled and stands in the CRM"
            if len(found) > 1:
                yield f"{booking['reference']} is {len(found)} times in the CRM"
            continue
        if len(found) != 1 or len(standing) != 1:
            yield f"{booking['reference']} stands {len(standing)} times of {len(found)} in the CRM"
            continue
        [entry] = standing
        if seen.links.get((entry.source, entry.id)) != booking["id"]:
            yield f"{booking['reference']} is {entry.source} {entry.id} in the CRM, and it isn't known here"
        spans = [span for part in entry.parts for _, span in part.commitments()]
        if booking["id"] not in moved_onto and spans != [_span(booking)]:
            yield f"{booking['reference']} is {_span(booking)} here and {spans} in the CRM"
    for reference in entries:
        yield f"{reference} is in the CRM and nowhere here"


def written_as_chosen(seen: Seen, customers: Customers) -> Iterator[str]:
    """What was booked of each product stands where its visits are written: as an appointment or a service booking."""
    source = {TUNE_UP: "ghl.appointment", FURNACE_CHECK: "ghl.service"}
    wanted = {promise.reference: source[promise.product] for promise in customers.promises}
    for entry in seen.entries:
        if entry.source != wanted.get(entry.reference or "", entry.source):
            yield f"{entry.reference} is a {entry.source}"


def noted_once(seen: Seen, customers: Customers) -> Iterator[str]:
    """No note is there twice, and each cancellation with a reason has its own, at the contact of who cancelled."""
    bodies = [(contact, note["body"]) for contact, notes in seen.notes.items() for note in notes]
    for (_, body), count in Counter(bodies).items():
        if count > 1:
            yield f"a note is there {count} times: {body[:30]}"
    of_booking = Counter(found for _, body in bodies if (found := reference_in(body)))
    for reference, count in of_booking.items():
        if count > 1:
            yield f"{reference} has {count} notes"
    emails = {one["id"]: (one.get("email") or "").lower() for one in seen.contacts}
    for promise in customers.promises:
        if promise.reason is None:
            continue
        told = [emails[who] for who, body in bodies if promise.reason in body and f"#{promise.reference}" in body]
        if told != [promise.email]:
            yield f"{promise.reference} was cancelled with a reason, which {len(told)} notes say"


def mirrored(seen: Seen) -> Iterator[str]:
    """All that takes a technician's time in the CRM takes it here, entry by entry, and nothing else does.

    What of an entry of ours its booking takes already is taken by that alone.
    """
    bookings = {one["id"]: one for one in seen.bookings if one["status"] == "confirmed"}
    wanted: dict[str, Span] = {}
    for entry in seen.entries:
        if not entry.stands or entry.ignored:
            continue
        booking = bookings.get(seen.links.get((entry.source, entry.id), ""))
        spans = [one for part in entry.parts for one in part.commitments()]
        wanted |= {id_: span for id_, span in spans if booking is None or not _within(span, _span(booking))}
    there = {one["id"]: _span(one) for one in seen.commitments}
    for id_ in sorted(wanted.keys() | there.keys()):
        want, have = wanted.get(id_), there.get(id_)
        if want != have and max(span[2] for span in (want, have) if span is not None) > seen.now:
            yield f"{id_} takes {want} in the CRM, and here {have}"
    for reference, other in _overlapping(seen):
        yield f"the visits {reference} and {other} of one technician overlap"


def _within(span: Span, other: Span) -> bool:
    return span[0] == other[0] and other[1] <= span[1] and span[2] <= other[2]


def _span(row: Row) -> Span:
    return row["technician_id"], row["start"], row["end"]


def _overlapping(seen: Seen) -> Iterator[tuple[str, str]]:
    standing = sorted(
        (one for one in seen.bookings if one["status"] == "confirmed"),
        key=lambda one: (one["technician_id"], one["start"]),
    )
    for one, other in pairwise(standing):
        if one["technician_id"] == other["technician_id"] and other["start"] < one["end"]:
            yield one["reference"], other["reference"]


def untouched(seen: Seen, before: Mapping[str, Row]) -> Iterator[str]:
    """Tags and fields of others are as they were."""
    after = {one["id"]: one for one in seen.contacts}
    for id_, was in before.items():
        now = after.get(id_)
        if now is None:
            yield f"the contact {id_} is gone"
            continue
        for name in ("tags", "email", "name"):
            if now.get(name) != was.get(name):
                yield f"{name} of {id_} was changed"
        if now["fields"].get(f"contact.{THEIRS}") != was["fields"].get(f"contact.{THEIRS}"):
            yield f"a field of {id_} was changed that is not ours"
    emails = Counter(one["email"].lower() for one in seen.contacts if one.get("email"))
    yield from (f"{count} contacts have one email" for count in emails.values() if count > 1)


def most_in_ten_seconds(moments: list[float]) -> int:
    """Count the calls of the busiest ten seconds."""
    moments = sorted(moments)
    return max((bisect_left(moments, at + 10) - row for row, at in enumerate(moments)), default=0)


def silent(site: Site, customers: Customers) -> Iterator[str]:
    """No log of any process holds a secret, or who somebody is."""
    personal = {f"the email {email}": email for email in customers.emails}
    personal |= {f"the link of {one.reference}": one.path.rpartition("/")[2] for one in customers.promises}
    personal |= {f"the reason of {one.reference}": one.reason for one in customers.promises if one.reason}
    for log in sorted(site.folder.glob("*.log")):
        text = log.read_text()
        for what, value in (site.secrets() | personal).items():
            if value in text:
                yield f"{log.name} holds {what}"
        if found := re.search(r"\+1416555\d{4}|Elm Street|Oak Road|@example\.(?:org|net)|Number\d+|Handmade", text):
            yield f"{log.name} holds {found[0]}"
        if _TOKENS.search(text):
            yield f"{log.name} holds a token"


async def drivable(site: Site, seen: Seen) -> list[str]:
    """Each drive to and from a visit of ours has its time, and nothing stands at its time.

    Or people know of it: a conflict is open that is about these two.
    """
    ours = {one["id"]: one["reference"] for one in seen.bookings if one["status"] == "confirmed"}
    known = _known_conflicts(seen)
    found = []
    async with postgres_storage(site.database.application, connections=2) as storage:
        businesses = BusinessesInMemory(storage=storage, read=read_business)
        acting = Acting(storage=storage, businesses=businesses, travel=travel_times, clock=lambda: int(seen.now))
        desk = await acting.desk(site.business)
        for technician in desk.business.technicians:
            own = [one for one in desk.current.snapshot.commitments if one.technician == technician.id]
            short = [("undrivable", ends) for ends in await _short(desk, technician.id, own, now=int(seen.now))]
            crossed = [("overlap", ends) for ends in _crossed(own, ours, seen.now)]
            for kind, ends in [*short, *crossed]:
                pair = frozenset(map(_entry_of, ends))
                if pair & ours.keys() and not {(kind, pair), ("overlap", pair), ("moved_onto", pair)} & known:
                    named = [ours.get(end, end) for end in ends]
                    found.append(f"{technician.id}: {kind} {named}, and nobody knows")
    return found


def _known_conflicts(seen: Seen) -> set[tuple[str, frozenset[str]]]:
    """Name the conflicts that are open by their kind and by the two that they are about."""
    return {
        (one["kind"], frozenset({one["booking_id"], _DEPOT if one["entry"] is None else _entry_of(one["entry"])}))
        for one in seen.conflicts
        if one["booking_id"] is not None
    }


def _entry_of(commitment: str) -> str:
    """Name the entry that a commitment is of, whoever's of several it is."""
    return commitment.partition("@")[0]


def _crossed(own: list[Commitment], ours: Mapping[str, str], now: float) -> Iterator[tuple[str, str]]:
    for one in own:
        for other in own:
            crossed = one.id != other.id and one.start < other.end and other.start < one.end
            if crossed and one.id in ours and one.end > now:
                yield one.id, other.id


async def _short(desk: Desk, technician: str, own: list[Commitment], *, now: int) -> list[tuple[str, str]]:
    """Name the ends of drives for which there is no time, as the board draws them, but for those under way already."""
    person = next(one for one in desk.business.technicians if one.id == technician)
    route = route_of(
        own,
        depot=person.depot or desk.business.hq,
        policy=desk.business.policy,
        hours=AllHours(desk.business).of(person),
        since=now,
        until=now + 30 * DAY,
    )
    pairs = list(dict.fromkeys((a.point, b.point) for a, b in route.drives() if a.point != b.point))
    points = list(dict.fromkeys(point for pair in pairs for point in pair))
    if not points:
        return []
    at, nobody = {point: row for row, point in enumerate(points)}, np.zeros(0, dtype=np.int64)
    request = DriveRequest(
        points=np.array(points, dtype=np.float64),
        target=0,
        origins=nobody,
        destinations=nobody,
        pairs=np.array([(at[a], at[b]) for a, b in pairs], dtype=np.int64),
    )
    drives = await desk.travel.drives(request)
    drive = known_drives(dict(zip(pairs, drives.between.tolist(), strict=True)))
    drawn: list[Leg | None] = []
    for stop in route.stops:
        drawn += [route.leg_to(stop, drive), route.leg_home(stop, drive)]
    under_way = {one.id for one in own if one.start <= now}
    return [
        (leg.origin or _DEPOT, leg.target or _DEPOT)
        for leg in drawn
        if leg is not None and leg.short and not under_way & {leg.origin, leg.target}
    ]


async def story(site: Site, complaints: Iterable[str]) -> str:
    """Tell all that is known of the bookings that complaints name."""
    references = sorted({found for text in complaints for found in re.findall(r"FF-[0-9A-Z]{7}", text)})
    rows = [
        row
        for kind in ("appointments", "service_bookings")
        for row in await site.account.ask(kind, location=LOCATION, deleted=True)
    ]
    lines = [*complaints]
    for known in site.rows.query(_STORY, business=site.business, references=references):
        ids = {link["source_id"] for link in known["links"] or ()}
        there = [row for row in rows if row["id"] in ids or known["reference"] in row["title"]]
        lines += ["", *(f"{name}: {value}" for name, value in known.items()), f"in the CRM: {there}"]
    return "\n".join(lines)
