"""A storm of holds, bookings and changes on five technicians: each is foretold, and each day passes the slow reading.

Rules B1 to B9 and B11 as a machine of hypothesis. Before each step a plain model says what is to come of it, from the
rows as they stand and the slow reading of the rules; afterwards everything is compared.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Status
from fieldfare.domain.business import Request
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.ports.bookings import Holder, Link, LinkPurpose
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Acting, Once
from fieldfare.usecases.bookings.assign import Assign, OverrideZone, assign, override_zone
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.confirm import Confirm, Served, confirm
from fieldfare.usecases.bookings.estimate import watch
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.prolong import prolong, release
from fieldfare.usecases.bookings.refusals import (
    BookingRefusedError,
    ElsewhereError,
    HoldExpiredError,
    NotOverridableError,
    NotProlongedError,
    NotSoldError,
    OverrideNeededError,
    ReasonNeededError,
    SlotTakenError,
    TakenHoldError,
    TooLateToChangeError,
    TooLateToUndoError,
    TooManyHoldsError,
    WrongStatusError,
)
from fieldfare.usecases.bookings.request import Accept, AskFor, accept, ask_for
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.bookings.step import Report, Step, Undo, report_end, take_step, undo_step
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.people.tokens import hash_of
from fieldfare.usecases.waitlist.join import Join, join, leave
from fieldfare.usecases.waitlist.offer import end_offer, offer_freed
from fieldfare.wiring.engine import read_business as read_documents
from fieldfare.wiring.engine import travel_times
from tests.conftest import SEARCH
from tests.databases import Database
from tests.properties import storm
from tests.properties.storm import HARD, Reading, Rows, start_at, taken_by
from tests.worlds import Spot

pytestmark = pytest.mark.slow

DESK = Actor(kind=ActorKind.ACCOUNT, id="desk")
PEOPLE = tuple(Contact(name=name, email=f"{name.lower()}@example.com") for name in ("Ada", "Bo", "Cy"))
NEXT = {
    "confirmed": {"en_route", "in_progress", "no_show", "failed"},
    "en_route": {"in_progress", "no_show", "failed"},
    "in_progress": {"completed", "no_show", "failed"},
}
STEPS = ("en_route", "in_progress", "completed", "no_show", "failed")
QUARTER = 900

ENOUGH = settings(
    max_examples=SEARCH or 10,
    stateful_step_count=30,
    report_multiple_bugs=False,
    # Shrinking would take longer than reading a story of thirty steps, and the clock moves on meanwhile.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)

Refusal = type[Exception] | None
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How somebody wants a slot: of whom, and whether they may and want to book against rules."""

    technician: str | None = None
    override: Override | None = None


URGENT = Override(actor=DESK, wanted=True, reason="It is urgent")
OVERRIDES = (
    None,
    None,
    None,
    Override(actor=DESK),
    Override(actor=DESK, wanted=True),
    Override(actor=DESK, wanted=True, reason="The customer can't otherwise"),
    URGENT,
)
places = st.sampled_from((*storm.PLACES, *storm.PLACES, *storm.PLACES, storm.NOWHERE))
products = st.sampled_from((*storm.PRODUCTS, "lifting"))
technicians = st.sampled_from(storm.TECHNICIANS)
people = st.sampled_from(PEOPLE)
nth = st.integers(min_value=0, max_value=30)
wants = st.builds(Wanted, technician=st.none() | technicians, override=st.sampled_from(OVERRIDES))
planned = st.tuples(
    st.sampled_from((1, 1, 1, 2, 2, 0)), st.sampled_from((*storm.TIMES, *storm.TIMES, *storm.ODD_TIMES))
)
close = st.integers(min_value=-10, max_value=10)
close_places = st.sampled_from(storm.PLACES)
regular = st.tuples(st.sampled_from((1, 1, 2)), st.sampled_from(storm.TIMES))
starts = planned.map(lambda when: start_at(*when)) | close.map(lambda n: (int(time.time()) // QUARTER + n) * QUARTER)


class Storm(RuleBasedStateMachine):
    """Everybody who books, in any order."""

    rows: Rows
    storage: PostgresStorage
    loop: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.document = {"business": storm.town() | {"id": self.rows.business}}
        configuration, _ = read_business(self.document["business"])
        wanted = Import(business=self.rows.business, configuration=configuration, commitments=None)
        self.loop.run(import_business(self.storage, wanted, actor=DESK, now=int(time.time())))
        self.memory = BusinessesInMemory(storage=self.storage, read=read_documents)
        self.acting = Acting(
            storage=self.storage, businesses=self.memory, travel=travel_times, clock=lambda: int(time.time())
        )
        self.known: dict[str, tuple[str, int, str | None]] = {}
        self.waits: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.said: dict[str, Contact] = {}
        self.holders: dict[str, bytes] = {}
        self.count = 0

    @initialize(
        wanted=st.lists(st.tuples(close_places, products, regular, technicians, people), min_size=6, max_size=10),
        late=st.lists(st.tuples(close_places, technicians, people), min_size=1, max_size=2),
    )
    def begin(self, wanted: list[tuple[Any, ...]], late: list[tuple[Any, ...]]) -> None:
        """Begin with a few days as they are: visits agreed, held and asked for, and some that should be over."""
        for number, (place, product, when, _, who) in enumerate(wanted):
            ask = (self.book, self.hold, self.book, self.ask_for)[number % 4]
            options = {} if number % 4 == 3 else {"want": Wanted()}
            ask(place=place, product=product, start=start_at(*when), who=who, **options)
        for place, technician, who in late:
            start = (int(time.time()) // QUARTER - 5) * QUARTER
            self.book(
                place=place,
                product="tune-up",
                start=start,
                want=Wanted(technician=technician, override=URGENT),
                who=who,
            )

    # What is asked for

    @rule(place=places, product=products, start=starts, want=wants, who=people)
    def hold(self, place: Spot, product: str, start: int, want: Wanted, who: Contact) -> None:
        reading, token = self.reading(place, product), secrets.token_urlsafe(32)
        holder = Holder(contact=hash_of(who.name))
        refusal, technician = self.slot(reading, start, want)
        live = [row for row in self.now_standing("held") if row["held_for"] == holder.contact]
        judged_late = want.override is not None and want.technician is not None
        if refusal is not NotSoldError and len(live) >= 2 and (refusal is None or judged_late):
            refusal = TooManyHoldsError
        wanted = Hold(
            request=_request(place, product, want),
            start=start,
            token=token,
            actor=DESK,
            source="staff",
            holder=holder,
            override=want.override,
        )

        made = self.attempt(lambda desk: hold(desk, wanted), refusal)

        if made is not None:
            self.known[made], self.tokens[made] = ("held", start, technician), token

    @rule(place=places, product=products, start=starts, want=wants, who=people)
    def book(self, place: Spot, product: str, start: int, want: Wanted, who: Contact) -> None:
        again = self.booked_before(place, product, start, want, who)
        refusal, technician = (None, None) if again else self.slot(self.reading(place, product), start, want)
        wanted = Book(
            request=_request(place, product, want),
            start=start,
            who=Confirm(token=secrets.token_urlsafe(32), contact=who, actor=DESK),
            source="staff",
            override=want.override,
        )

        made = self.attempt(lambda desk: book(desk, wanted), refusal)

        if again is not None:
            assert made == again
        elif made is not None:
            self.known[made], self.said[made] = ("confirmed", start, technician), who

    @rule(place=places, product=products, start=starts, who=people)
    def ask_for(self, place: Spot, product: str, start: int, who: Contact) -> None:
        refusal: Refusal = None
        if place == storm.NOWHERE:
            refusal = NotSoldError
        elif start <= self.rows.now():
            refusal = SlotTakenError
        who_asks = Confirm(token=secrets.token_urlsafe(32), contact=who, actor=DESK)
        wanted = AskFor(request=_request(place, product, Wanted()), start=start, who=who_asks, source="public")

        made = self.attempt(lambda desk: ask_for(desk, wanted), refusal)

        if made is not None:
            self.known[made], self.said[made] = ("requested", start, None), who

    # What becomes of a hold

    @rule(number=nth, who=people, elsewhere=st.none() | st.none() | places)
    def confirm(self, number: int, who: Contact, elsewhere: Spot | None) -> None:
        if not self.tokens:
            return
        row, token = self.held(number)
        place = Spot(row["lat"], row["lng"]) if elsewhere is None else elsewhere
        refusal = self.confirming(row, place, who)
        served = None
        if elsewhere is not None:
            there = Place(lat=place.lat, lng=place.lng)
            served = Served(address=ServiceAddress(street="1 Main Street"), place=there)
        wanted = Confirm(token=token, contact=who, actor=DESK, served=served)

        made = self.attempt(lambda desk: confirm(desk, wanted), refusal)

        if made is not None and row["status"] == "held":
            self.known[made], self.said[made] = ("confirmed", row["starts_at"], row["technician_id"]), who
            if row["waiting_id"] is not None:
                self.waits[row["waiting_id"]] = "booked"

    @rule(number=nth)
    def prolong(self, number: int) -> None:
        if not self.tokens:
            return
        row, token = self.held(number)
        refusal = _not_live(row)
        if refusal is None and row["prolonged"] >= 10:
            refusal = NotProlongedError

        made = self.attempt(lambda desk: prolong(desk, token, actor=DESK), refusal)

        if made is not None:
            assert self.rows.bookings()[made]["expires_at"] == row["expires_at"] + 180

    @rule(number=nth)
    def release(self, number: int) -> None:
        if not self.tokens:
            return
        row, token = self.held(number)
        refusal = _not_live(row)

        made = self.attempt(
            lambda desk: release(desk, token, actor=DESK), None if refusal is HoldExpiredError else refusal
        )

        if made is not None:
            self.becomes(made, "expired")

    @rule(number=nth)
    def expire(self, number: int) -> None:
        if not self.tokens:
            return
        row, _ = self.held(number)
        if row["status"] == "held":
            self.rows.expire(row["id"])
            self.becomes(row["id"], "expired")

    # What becomes of a booking

    @rule(number=nth, start=starts, want=wants, by_customer=st.booleans())
    def reschedule(self, number: int, start: int, want: Wanted, by_customer: bool) -> None:
        if not self.known:
            return
        row = self.one(number, "confirmed")
        if by_customer:
            want = Wanted()
        technician = None
        if row["status"] != "confirmed":
            refusal: Refusal = WrongStatusError
        elif by_customer and self.too_late(row):
            refusal = TooLateToChangeError
        else:
            refusal, technician = self.moving(row, start, want)
        wanted = Reschedule(
            booking=row["id"],
            start=start,
            actor=DESK,
            by_customer=by_customer,
            technician=want.technician,
            override=want.override,
        )

        made = self.attempt(lambda desk: reschedule(desk, wanted), refusal)

        if made is not None:
            self.known[made] = ("confirmed", start, technician)

    @rule(number=nth, by_customer=st.booleans(), reason=st.sampled_from(("", "We moved away")))
    def cancel(self, number: int, by_customer: bool, reason: str) -> None:
        if not self.known:
            return
        row = self.one(number, "confirmed", "en_route", "in_progress", "requested")
        refusal: Refusal = None
        if row["status"] not in {"requested", "confirmed", "en_route", "in_progress"}:
            refusal = WrongStatusError
        elif by_customer and self.too_late(row):
            refusal = TooLateToChangeError
        elif by_customer and not reason:
            refusal = ReasonNeededError
        wanted = Cancel(booking=row["id"], actor=DESK, reason=reason, by_customer=by_customer)

        made = self.attempt(lambda desk: cancel(desk, wanted), refusal)

        if made is not None:
            self.becomes(made, "cancelled")

    @rule(number=nth, to=st.sampled_from(STEPS))
    def step(self, number: int, to: str) -> None:
        if not self.known:
            return
        row = self.one(number, "confirmed", "en_route", "in_progress")
        refusal = None if to in NEXT.get(row["status"], ()) else WrongStatusError
        wanted = Step(booking=row["id"], to=Status(to), actor=DESK, reason="Seen" if number % 2 else None)

        made = self.attempt(lambda desk: take_step(desk, wanted), refusal)

        if made is not None:
            self.becomes(made, to)

    @rule(number=nth, late=st.sampled_from((False, False, False, True)))
    def undo(self, number: int, late: bool) -> None:
        if not self.known:
            return
        row = self.one(number, *STEPS)
        if late and row["stepped_at"] is not None:
            self.rows.age_step(row["id"])
            row = self.rows.bookings()[row["id"]]
        refusal = self.undoing(row)

        made = self.attempt(lambda desk: undo_step(desk, Undo(booking=row["id"], actor=DESK)), refusal)

        if made is not None:
            self.becomes(made, row["stepped_from"])

    @rule(number=nth, minutes=st.integers(min_value=1, max_value=400))
    def report_end(self, number: int, minutes: int) -> None:
        if not self.known:
            return
        row = self.one(number, "in_progress")
        refusal = None if row["status"] == "in_progress" else WrongStatusError
        wanted = Report(booking=row["id"], end=self.rows.now() + minutes * 60, actor=DESK)

        self.attempt(lambda desk: report_end(desk, wanted), refusal)

    @rule(technician=technicians, start=starts)
    def watch(self, technician: str, start: int) -> None:
        self.attempt(lambda desk: watch(desk, technician, start), None)

    # What the desk changes

    @rule(number=nth, want=wants, technician=technicians)
    def assign(self, number: int, want: Wanted, technician: str) -> None:
        if not self.known:
            return
        row = self.one(number, "confirmed")
        refusal: Refusal = None
        if row["status"] != "confirmed":
            refusal = WrongStatusError
        elif technician != row["technician_id"]:
            reading = replace(self.reading_of(row), now=row["created_at"])
            refusal = _judged(reading.failures(technician, row["starts_at"]), want.override)
        wanted = Assign(booking=row["id"], technician=technician, actor=DESK, override=want.override)

        made = self.attempt(lambda desk: assign(desk, wanted), refusal)

        if made is not None:
            self.known[made] = ("confirmed", row["starts_at"], technician)

    @rule(number=nth, zone=st.sampled_from(("z1", "z2")), reprice=st.booleans())
    def override_zone(self, number: int, zone: str, reprice: bool) -> None:
        if not self.known:
            return
        row = self.one(number, "confirmed", "requested")
        stands = row["status"] in {"requested", "confirmed", "en_route", "in_progress"}
        wanted = OverrideZone(booking=row["id"], zone=zone, reason="By the bridge", actor=DESK, reprice=reprice)

        self.attempt(lambda desk: override_zone(desk, wanted), None if stands else WrongStatusError)

        if stands:
            assert self.rows.bookings()[row["id"]]["zone_id"] == zone

    @rule(number=nth, want=wants)
    def accept(self, number: int, want: Wanted) -> None:
        if not self.known:
            return
        row = self.one(number, "requested")
        technician = None
        refusal: Refusal = WrongStatusError
        if row["status"] == "requested":
            refusal, technician = self.slot(self.reading_of(row), row["starts_at"], want)
        wanted = Accept(booking=row["id"], actor=DESK, technician=want.technician, override=want.override)

        made = self.attempt(lambda desk: accept(desk, wanted), refusal)

        if made is not None:
            self.known[made] = ("confirmed", row["starts_at"], technician)

    @rule(number=st.integers(0, 3), whose=st.none() | technicians, start=starts, minutes=st.integers(15, 300))
    def write_busy(self, number: int, whose: str | None, start: int, minutes: int) -> None:
        busy = Commitment(
            id=f"busy-{number}",
            technician=whose,
            kind=CommitmentKind.BUSY,
            start=start,
            end=start + minutes * 60,
            resources={"crane": 1} if whose is None else {},
        )
        self.loop.run(self.keep(busy))

    @rule(number=st.integers(0, 3))
    def delete_busy(self, number: int) -> None:
        self.loop.run(self.drop(f"busy-{number}"))

    # Those who wait

    @rule(place=places, product=products, who=people, days=st.lists(planned, min_size=1, max_size=3))
    def join(self, place: Spot, product: str, who: Contact, days: list[tuple[int, str]]) -> None:
        wishes = tuple((start_at(*when), start_at(*when) + 4 * 3_600) for when in days)
        wanted = Join(
            request=_request(place, product, Wanted()),
            wishes=wishes,
            contact=who,
            token=secrets.token_urlsafe(32),
            actor=DESK,
        )

        made = self.attempt(lambda desk: join(desk, wanted), NotSoldError if place == storm.NOWHERE else None)

        if made is not None:
            self.waits[made] = "waiting"

    @rule(number=nth)
    def leave(self, number: int) -> None:
        if not self.waits:
            return
        waiting = list(self.waits)[number % len(self.waits)]
        stays, offered = self.waits[waiting] in {"waiting", "offered"}, self.rows.waiting()[waiting]["offered_id"]

        made = self.attempt(lambda desk: leave(desk, waiting, actor=DESK), None if stays else WrongStatusError)

        if made is not None:
            self.waits[made] = "withdrawn"
            if offered is not None:
                self.becomes(offered, "expired")

    @rule(number=nth)
    def offer(self, number: int) -> None:
        if not self.known:
            return
        freed = self.one(number, "cancelled", "expired", "no_show", "failed")
        technician, when = freed["technician_id"], freed["starts_at"]
        if technician is None:
            return
        foreseen = self.offering(technician, when)

        made = self.attempt(lambda desk: offer_freed(desk, technician, when), None)

        if foreseen is None:
            assert not made
            return
        assert made
        waiting, start = foreseen
        assert self.rows.bookings()[made]["waiting_id"] == waiting
        self.known[made], self.waits[waiting] = ("held", start, technician), "offered"
        self.tokens[made] = secrets.token_urlsafe(32)
        self.loop.run(self.open_by(self.tokens[made], made))

    @rule(number=nth)
    def end_offer(self, number: int) -> None:
        if not self.known:
            return
        row = self.one(number, "expired")
        waits = self.rows.waiting().get(row["waiting_id"], {})
        ends = row["status"] == "expired" and (waits.get("status"), waits.get("offered_id")) == ("offered", row["id"])

        made = self.attempt(lambda desk: end_offer(desk, row["id"]), None)

        assert bool(made) == ends
        if ends:
            self.waits[row["waiting_id"]] = "waiting"

    # What always holds

    @invariant()
    def is_as_foretold(self) -> None:
        rows = self.rows.bookings()
        found = {id_: (row["status"], row["starts_at"], row["technician_id"]) for id_, row in rows.items()}
        assert found == self.known
        assert {id_: row["status"] for id_, row in self.rows.waiting().items()} == self.waits
        assert storm.overlaps(list(rows.values())) == []

    @invariant()
    def the_trail_replays(self) -> None:
        rows, replayed = self.rows.bookings(), self.rows.replayed()
        assert {id_: (row["written"], row["starts_at"], row["technician_id"]) for id_, row in rows.items()} == {
            id_: (said["status"], said["start"], said["technician"]) for id_, said in replayed.items()
        }

    @invariant()
    def what_is_in_memory_is_what_stands(self) -> None:
        self.loop.run(self.same_maps())

    # Inside

    def attempt(self, plan: Callable[[Any], Any], foretold: Refusal) -> str | None:
        """Carry a plan out, and see that it ends as foretold; gives the id of what it wrote.

        What is refused changes nothing, and what is asked again under its key is answered the same and not done again.
        """
        self.count += 1
        before, digest = self.rows.digest(), hash_of(uuid.uuid4().hex)
        once = Once(key_hash=digest, fingerprint=digest, seal=bytes, unseal=bytes) if self.count % 4 == 0 else None
        try:
            answer = self.run(plan, once)
        except BookingRefusedError as error:
            if not isinstance(error, foretold or ()):
                raise AssertionError(f"{error!r}, {vars(error)}, but {foretold} was foretold") from error
            assert self.rows.digest() == before
            return None
        assert foretold is None, f"{foretold} was foretold"
        if once is not None:
            after = self.rows.digest()
            assert self.run(plan, once) == answer
            assert self.rows.digest() == after
        return answer.decode()

    def run(self, plan: Callable[[Any], Any], once: Once | None) -> bytes:
        return self.loop.run(self.acting.run(self.rows.business, plan, write=_id_of, once=once))

    def reading(self, place: Spot, product: str) -> Reading:
        now = self.rows.now()
        return Reading(
            document=self.document, now=now, commitments=self.rows.commitments(now), place=place, product=product
        )

    def reading_of(self, row: Row) -> Reading:
        """Read the rules for a visit that is there: it is not in its own way, and is what was agreed."""
        reading = self.reading(Spot(row["lat"], row["lng"]), row["product_id"])
        return replace(
            reading,
            commitments=self.rows.commitments(reading.now, without=row["id"]),
            zone=row["zone_id"],
            minutes=(row["ends_at"] - row["starts_at"]) // 60,
        )

    def slot(self, reading: Reading, start: int, want: Wanted) -> tuple[Refusal, str | None]:
        """Foretell what comes of a start, and who goes."""
        if reading.place == storm.NOWHERE:
            return NotSoldError, None
        if want.override is not None and want.technician is not None:
            return _judged(reading.failures(want.technician, start), want.override), want.technician
        options = reading.options(start, want.technician)
        return (None, options[0]) if options else (SlotTakenError, None)

    def moving(self, row: Row, start: int, want: Wanted) -> tuple[Refusal, str | None]:
        """Foretell a move: who books against rules means who goes now, and is told what it breaks for them."""
        reading, theirs = self.reading_of(row), replace(want, technician=want.technician or row["technician_id"])
        if want.override is None or want.override.wanted:
            return self.slot(reading, start, want if want.override is None else theirs)
        refusal, technician = self.slot(reading, start, want)
        again = refusal is SlotTakenError and want.technician is None
        return self.slot(reading, start, theirs) if again else (refusal, technician)

    def confirming(self, row: Row, place: Spot, who: Contact) -> Refusal:
        if row["status"] not in {"held", "expired"}:
            return None if self.said[row["id"]] == who else TakenHoldError
        if row["status"] == "expired":
            return HoldExpiredError
        moved = place != Spot(row["lat"], row["lng"])
        if moved and self.reading(place, row["product_id"]).zone_here() != row["zone_id"]:
            return ElsewhereError
        reading = replace(self.reading_of(row), now=row["held_at"], place=place)
        broken = reading.failures(row["technician_id"], row["starts_at"])
        if broken <= set(row["reasons"].get("overridden", ())):
            return None
        return ElsewhereError if moved else SlotTakenError

    def undoing(self, row: Row) -> Refusal:
        now = self.rows.now()
        if row["status"] not in STEPS or row["stepped_from"] is None:
            return WrongStatusError
        if now > row["stepped_at"] + 600:
            return TooLateToUndoError
        if taken_by(row, now) is None:
            broken = self.reading_of(row).failures(row["technician_id"], row["starts_at"])
            return SlotTakenError if broken & {"busy", "resource"} else None
        return None

    def offering(self, technician: str, when: int) -> tuple[str, int] | None:
        """Foretell who is offered the day of a visit that is no more, and which start."""
        found = []
        rows = self.rows.bookings().values()
        day = storm.date_of(when)
        for id_, waiting in self.rows.waiting().items():
            if waiting["status"] != "waiting":
                continue
            reading = self.reading(Spot(waiting["lat"], waiting["lng"]), waiting["product_id"])
            lapsed = {
                (row["technician_id"], row["starts_at"])
                for row in rows
                if row["waiting_id"] == id_ and row["written"] == "expired"
            }
            length = 5_400 if waiting["product_id"] == "lifting" else 3_600
            for start, detour in reading.detours(technician).items():
                suits = any(first <= start and start + length <= last for first, last in waiting["wishes"])
                if suits and storm.date_of(start) == day and (technician, start) not in lapsed:
                    found.append((detour, waiting["joined_at"], id_, start))
        if not found:
            return None
        _, _, who, start = min(found)
        return who, start

    def one(self, number: int, *statuses: str) -> Row:
        """Pick a booking, most of the time one that fits."""
        found = self.rows.bookings()
        rows = [found[id_] for id_ in self.known]
        fitting = [row for row in rows if row["status"] in statuses]
        among = fitting if fitting and number % 5 != 4 else rows
        return among[number % len(among)]

    def held(self, number: int) -> tuple[Row, str]:
        """Pick what was a hold once, most of the time one that still is, with its secret."""
        found = self.rows.bookings()
        rows = [found[id_] for id_ in self.tokens]
        live = [row for row in rows if row["status"] == "held"]
        among = live if live and number % 4 != 3 else rows
        row = among[number % len(among)]
        return row, self.tokens[row["id"]]

    def becomes(self, booking: str, status: str) -> None:
        self.known[booking] = (status, *self.known[booking][1:])

    def now_standing(self, status: str) -> list[Row]:
        return [row for row in self.rows.bookings().values() if row["status"] == status]

    def too_late(self, row: Row) -> bool:
        return self.rows.now() > int(row["starts_at"]) - storm.CUTOFF_MINUTES * 60

    def booked_before(self, place: Spot, product: str, start: int, want: Wanted, who: Contact) -> str | None:
        """Find the same visit of the same customer, which isn't booked twice."""
        for row in self.rows.bookings().values():
            same = (row["starts_at"], row["product_id"], row["lat"], row["lng"]) == (start, product, *place)
            of_them = self.said.get(row["id"]) == who and want.technician in {None, row["technician_id"]}
            if same and of_them and row["status"] in {"confirmed", "en_route", "in_progress"}:
                return str(row["id"])
        return None

    async def keep(self, busy: Commitment) -> None:
        async with self.storage.open(self.rows.business) as books:
            await books.commitments.save([busy], source="staff")

    async def drop(self, busy: str) -> None:
        async with self.storage.open(self.rows.business) as books:
            await books.commitments.delete([busy])

    async def open_by(self, token: str, booking: str) -> None:
        """Give an offer a link, as the message does that brings it."""
        async with self.storage.open(self.rows.business) as books:
            await books.links.add(Link(token_hash=hash_of(token), purpose=LinkPurpose.HOLD, booking=booking))

    async def same_maps(self) -> None:
        """Compare what is in memory with what is built from scratch."""
        now = int(time.time())
        kept = await self.memory.current(self.rows.business, now=now)
        anew = BusinessesInMemory(storage=self.storage, read=read_documents)
        fresh = await anew.current(self.rows.business, now=now)
        by_id = {one.id: one for one in fresh.snapshot.commitments}
        assert {one.id: one for one in kept.snapshot.commitments} == by_id
        place = storm.PLACES[self.count % len(storm.PLACES)]
        request = _request(place, storm.PRODUCTS[self.count // 4 % 2], Wanted())
        travel = travel_times(kept.snapshot.business.travel)
        one = (await kept.snapshot.drivable(request, now=fresh.as_of, travel=travel)).slot_map
        other = (await fresh.snapshot.drivable(request, now=fresh.as_of, travel=travel)).slot_map
        assert one is not None
        assert other is not None
        mine, theirs = one.options(), other.options()
        for column in ("start", "technician", "detour", "before", "after"):
            assert np.array_equal(getattr(mine, column), getattr(theirs, column)), column


def _request(place: Spot, product: str, want: Wanted) -> Request:
    return Request(place=Place(lat=place.lat, lng=place.lng), product=product, technician=want.technician)


def _id_of(made: Any) -> bytes:
    if made is None or isinstance(made, int):
        return b""
    booking = getattr(made, "booking", made)
    return str(booking.id).encode()


def _not_live(row: Row) -> Refusal:
    if row["status"] not in {"held", "expired"}:
        return WrongStatusError
    return None if row["status"] == "held" else HoldExpiredError


def _judged(broken: set[str], override: Override | None) -> Refusal:
    """Foretell what rule B9 says of a visit that breaks rules."""
    if not broken:
        return None
    if override is None:
        return SlotTakenError
    if broken & HARD:
        return NotOverridableError if override.wanted else SlotTakenError
    if not override.wanted:
        return OverrideNeededError
    return None if override.reason else ReasonNeededError


@pytest.fixture
def here(database: Database) -> Iterator[type[Storm]]:
    """Storms on the test's database, each of a business of its own, on one event loop."""
    with asyncio.Runner() as loop:
        opening = postgres_storage(database.application, connections=4)
        opened = loop.run(opening.__aenter__())

        class Here(Storm):
            def __init__(self) -> None:
                self.rows = Rows.of(database, f"storm-{uuid.uuid4().hex[:12]}")
                self.storage, self.loop = opened, loop
                super().__init__()

            def teardown(self) -> None:
                self.rows.connection.close()

        yield Here
        loop.run(opening.__aexit__(None, None, None))


def test_a_storm_is_foretold(here: type[Storm]) -> None:
    run_state_machine_as_test(here, settings=ENOUGH)


def test_a_cancelled_visit_is_not_taken_back(here: type[Storm]) -> None:
    """The technician was on the way when it was cancelled: that step can't be taken back any more (rule B4)."""
    calm = here()
    calm.book(storm.OLD_TOWN, "tune-up", start_at(1, "09:00"), Wanted(technician="ann", override=URGENT), PEOPLE[0])
    calm.step(1, "en_route")
    calm.cancel(1, by_customer=False, reason="")

    calm.undo(0, late=False)

    calm.is_as_foretold()
    assert [status for status, _, _ in calm.known.values()] == ["cancelled"]
    calm.teardown()


def test_a_visit_is_not_taken_back_into_somebody_elses_crane(here: type[Storm]) -> None:
    """Nobody there, said too early: the one crane was free again, and is another's by now (F14)."""
    calm, start = here(), start_at(1, "09:00")
    calm.book(storm.OLD_TOWN, "lifting", start, Wanted(technician="ann", override=URGENT), PEOPLE[0])
    calm.step(1, "no_show")
    calm.book(storm.OLD_TOWN, "lifting", start, Wanted(technician="ben", override=URGENT), PEOPLE[1])

    calm.undo(1, late=False)

    calm.is_as_foretold()
    assert [status for status, _, _ in calm.known.values()] == ["no_show", "confirmed"]
    calm.teardown()
