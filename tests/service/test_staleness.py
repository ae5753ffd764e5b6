"""B13 over HTTP: a CRM is connected, and what it says of the technicians grows too old, or is read again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx2
import psycopg
import pytest
from sqlalchemy import event

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.domain.connections import Connection, ConnectionSettings, ConnectionState
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.ports.crm import SourceKind
from fieldfare.usecases.board.check_move import check_new
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import API, BUSINESS, CANARY, HOUSE, STAFF, moment
from tests.worlds import World, world

ALLOWED = 240 * 60
HTML = {"Accept": "text/html"}
ASK: dict[str, Any] = {"place": HOUSE, "product": "tune-up"}


@dataclass(frozen=True, kw_only=True)
class Office:
    """The business with a CRM, whose readings are in the test's hand."""

    whole: Whole
    database: Database
    staff: httpx2.AsyncClient
    anybody: httpx2.AsyncClient

    @property
    def rooms(self) -> Rooms:
        rooms: Rooms = self.whole.app.state.given
        return rooms

    async def revision(self) -> int:
        """Tell how often the business has changed."""
        revisions = await self.whole.storage.revisions(BUSINESS)
        assert revisions is not None
        return revisions.revision

    async def read(
        self, *, ago: int = 0, source: SourceKind = SourceKind.APPOINTMENTS, technicians: str = "t1 t2"
    ) -> int:
        """Note that a source was read so many seconds ago, even where it was read since; gives the instant."""
        with psycopg.connect(for_libpq(self.database.superuser)) as connection:
            connection.execute(
                "DELETE FROM watermarks WHERE business_id = %s AND source = %s AND technician_id = ANY(%s)",
                (BUSINESS, source.value, technicians.split()),
            )
        async with self.whole.storage.open(BUSINESS) as books:
            at = books.moment - ago
            await books.integrations.mirror.mark_read(dict.fromkeys(technicians.split(), at), source=source)
        return at

    async def connect(
        self, state: ConnectionState = ConnectionState.CONNECTED, *, technicians: str = "t1 t2", read: bool = True
    ) -> None:
        """Connect the CRM, of which all was read or nothing yet."""
        async with self.whole.storage.open(BUSINESS) as books:
            known = await books.integrations.connections.find()
            made = known or Connection(
                provider="ghl",
                account="loc",
                name="Shop",
                time_zone="America/Toronto",
                state=state,
                created_at=books.moment,
            )
            settings = ConnectionSettings(technicians={f"user-{one}": one for one in technicians.split()})
            await books.integrations.connections.save(replace(made, state=state, settings=settings))
        if read:
            await self.read(technicians=technicians)
            await self.read(technicians=technicians, source=SourceKind.BLOCKS)

    async def ask(self, *, client: httpx2.AsyncClient | None = None, **more: Any) -> dict[str, Any]:
        """Ask when somebody can come; as anybody, unless a client is given."""
        answer = await (client or self.anybody).post(f"{API}/availability", json=ASK | more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json() | {"etag": answer.headers["etag"]}
        return found

    async def who(self) -> set[str]:
        """Name those who are offered."""
        slots = (await self.ask(client=self.staff))["slots"]
        return {option["technician"] for slot in slots for option in slot["options"]}

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """List the statements that are sent meanwhile."""
        sent: list[str] = []
        engine = self.rooms.storage._engine.sync_engine  # type: ignore[attr-defined]

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)


def small_world(**policy: Any) -> World:
    """Two technicians, for two weeks."""
    made = world().technician("t1").technician("t2").crow_flies()
    return made.policy(horizon_days=14, **policy)


@asynccontextmanager
async def office(whole: Whole, small: World, database: Database) -> AsyncIterator[Office]:
    """Open the business; nobody asks the vendor itself."""
    await whole.bring_in({**small.document["business"], "id": BUSINESS}, [])
    rooms: Rooms = whole.app.state.given
    whole.app.state.given = replace(rooms, keep_fresh=None)
    rooms.acting.read_again = None
    async with await whole.key(BUSINESS) as staff, whole.client() as anybody:
        yield Office(whole=whole, database=database, staff=staff, anybody=anybody)


def told(database: Database, story: Callable[[Office], Awaitable[None]], **policy: Any) -> None:
    """Tell a story of the business."""

    async def work(whole: Whole) -> None:
        async with office(whole, small_world(**policy), database) as one:
            await story(one)

    on(database, work)


def test_without_a_connection_nothing_is_said_and_nothing_costs_more(database: Database) -> None:
    async def story(one: Office) -> None:
        first = await one.ask()
        with one.statements() as sent:
            await one.ask()
        assert set(first["as_of"]) == set(first["stale"]) == {"fieldfare"}
        assert len(sent) == 1

    told(database, story)


def test_what_was_read_lately_is_named_and_costs_no_statement(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        await one.read()
        at = await one.read(ago=90, source=SourceKind.BLOCKS)
        found = await one.ask()
        assert datetime.fromisoformat(found["as_of"]["ghl"]).timestamp() == at
        assert found["stale"] == {"fieldfare": False, "ghl": False}
        assert (await one.ask(client=one.staff))["as_of"]["ghl"] == found["as_of"]["ghl"]
        with one.statements() as sent:
            await one.ask(place={"lat": 43.51, "lng": -79.63})
        assert len(sent) == 1

    told(database, story)


def test_becoming_stale_and_fresh_again_turns_answers_though_no_revision_does(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        before = await one.ask()
        assert before["slots"]
        revision = await one.revision()
        await one.read(ago=ALLOWED + 5)
        stale = await one.ask()
        await one.read()
        fresh = await one.ask()
        assert stale["slots"] == []
        assert (stale["stale"]["ghl"], fresh["stale"]["ghl"]) == (True, False)
        assert fresh["slots"] == before["slots"]
        assert before["etag"] == fresh["etag"] != stale["etag"]
        assert await one.revision() == revision

    told(database, story)


def test_while_something_is_stale_it_is_looked_up_once(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        await one.read(ago=ALLOWED + 5, technicians="t1")
        await one.read(ago=60, technicians="t2")
        assert await one.who() == {"t2"}
        with one.statements() as sent:
            assert await one.who() == {"t2"}
        assert len([one for one in sent if "revisions_of" in one]) == 1
        assert not [one for one in sent if "watermarks" in one]
        # The oldest is who it was; somebody else was read all the same.
        await one.read(ago=ALLOWED + 3, technicians="t2", source=SourceKind.BLOCKS)
        assert await one.who() == set()

    told(database, story)


AGES = {"nearly too old": (ALLOWED - 60, {"t1", "t2"}), "just too old": (ALLOWED + 2, {"t2"})}


@pytest.mark.parametrize("case", AGES)
def test_the_oldest_of_a_technician_s_sources_decides(database: Database, case: str) -> None:
    ago, expected = AGES[case]

    async def story(one: Office) -> None:
        await one.connect()
        await one.read()
        await one.read(source=SourceKind.BLOCKS, technicians="t2")
        await one.read(ago=ago, source=SourceKind.BLOCKS, technicians="t1")
        # Nobody reads service bookings here: what was read of them once says nothing.
        await one.read(ago=10 * ALLOWED, source=SourceKind.SERVICES)
        assert await one.who() == expected

    told(database, story)


STATES = {
    ConnectionState.CONNECTED: True,
    ConnectionState.PAUSED: True,
    ConnectionState.RECONNECT: True,
    ConnectionState.SETTING_UP: False,
    ConnectionState.REMOVED: False,
}


@pytest.mark.parametrize("state", STATES)
def test_only_a_connection_that_is_to_be_kept_up_to_date_counts(database: Database, state: ConnectionState) -> None:
    async def story(one: Office) -> None:
        await one.connect(state, read=False)
        found = await one.ask()
        assert ("ghl" in found["stale"]) is STATES[state]
        assert bool(found["slots"]) is not STATES[state]

    told(database, story)


def test_whom_nobody_has_named_outside_is_never_stale(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect(technicians="t1 gone", read=False)
        assert await one.who() == {"t2"}
        await one.read(technicians="t1")
        # As long as one of the sources was never read, nothing is known.
        assert await one.who() == {"t2"}
        assert (await one.ask())["stale"]["ghl"] is True
        await one.read(technicians="t1", source=SourceKind.BLOCKS)
        assert await one.who() == {"t1", "t2"}
        assert (await one.ask())["stale"]["ghl"] is False

    told(database, story)


def test_nothing_is_sold_before_all_was_read_once_and_then_at_once(database: Database) -> None:
    """A connection is no reading, however new it is."""

    async def story(one: Office) -> None:
        before = await one.ask()
        await one.connect(read=False)
        unread = await one.ask()
        why = await one.staff.get(
            f"{STAFF}/why",
            params={"place": "43.5,-79.62", "product": "tune-up", "technician": "t1", "start": moment(hour=16)},
        )
        await one.read()
        half = await one.ask()
        await one.read(source=SourceKind.BLOCKS)
        read = await one.ask()
        assert unread["slots"] == half["slots"] == []
        assert set(unread["as_of"]) == {"fieldfare"}
        assert unread["stale"]["ghl"] is True
        assert "was never read" in why.json()["words"]
        assert read["slots"] == before["slots"]
        assert (set(read["as_of"]), read["stale"]["ghl"]) == ({"fieldfare", "ghl"}, False)

    told(database, story)


def test_nothing_books_against_it(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect(read=False)
        start = moment(hour=16)
        why = await one.staff.get(
            f"{STAFF}/why",
            params={"place": "43.5,-79.62", "product": "tune-up", "technician": "t1", "start": start},
        )
        assert why.json()["reason"] == "source_stale"
        assert "(rule B13, source_stale)" in why.json()["words"]
        explained = await one.ask(client=one.staff, explain=True)
        assert {refusal["reason"] for refusal in explained["refusals"]} == {"source_stale"}
        held = await one.anybody.post(f"{API}/holds", json=ASK | {"start": start})
        assert (held.status_code, held.json()["code"], held.json()["alternatives"]) == (409, "slot_taken", [])
        body = ASK | {"start": start, "technician": "t1", "customer": CANARY}
        silent = await one.staff.post(f"{STAFF}/bookings", json=body)
        loud = await one.staff.post(f"{STAFF}/bookings", json=body | {"override": {"reason": "I looked."}})
        assert (silent.json()["code"], silent.json()["rules"]) == ("slot_taken", ["source_stale"])
        assert (loud.json()["code"], loud.json()["rules"]) == ("not_overridable", ["source_stale"])
        desk = await one.rooms.acting.desk(BUSINESS)
        checked = await check_new(
            desk,
            place=Place(lat=43.51237, lng=-79.62345),
            product="tune-up",
            technician="t1",
            start=int(datetime.fromisoformat(start).timestamp()),
        )
        assert (checked.broken, checked.overridable) == (("source_stale",), False)

    told(database, story)


def test_a_hold_is_judged_again_when_it_is_confirmed(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        start = ASK | {"start": moment(hour=16)}
        held = [await one.anybody.post(f"{API}/holds", json=start | {"start": moment(hour=hour)}) for hour in (16, 18)]
        tokens = [answer.json()["token"] for answer in held]
        await one.read(ago=ALLOWED + 5)
        late = await one.anybody.post(f"{API}/bookings", json={"hold": tokens[0], "customer": CANARY})
        await one.read()
        well = await one.anybody.post(f"{API}/bookings", json={"hold": tokens[1], "customer": CANARY})
        assert (late.status_code, late.json()["code"]) == (409, "slot_taken")
        assert well.status_code == 201, well.text

    told(database, story)


def test_on_request_what_nobody_else_can_take_is_asked_for(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        await one.read(technicians="t2")
        await one.read(ago=ALLOWED + 5, technicians="t1")
        assert not [slot for slot in (await one.ask())["slots"] if "request" in slot]
        fresh = [slot["start"] for slot in (await one.ask())["slots"]]
        await one.connect(read=False)
        await one.read(ago=ALLOWED + 4, technicians="t2", source=SourceKind.BLOCKS)
        found = await one.ask()
        assert found["stale"]["ghl"] is True
        assert [slot["start"] for slot in found["slots"]] == fresh
        assert {(slot["request"], slot["recommended"]) for slot in found["slots"]} == {(True, False)}
        staff = await one.ask(client=one.staff)
        assert [slot["start"] for slot in staff["slots"]] == fresh
        assert all(slot["request"] and slot["options"] for slot in staff["slots"])
        start = moment(hour=16)
        held = await one.anybody.post(f"{API}/holds", json=ASK | {"start": start})
        assert (held.status_code, held.json()["code"]) == (409, "only_by_request")
        body = ASK | {"start": start, "customer": CANARY}
        asked = await one.anybody.post(f"{API}/requests", json=body)
        assert (asked.status_code, asked.json()["status"]) == (201, "requested")
        (waiting,) = (await one.staff.get(f"{STAFF}/bookings", params={"status": "requested"})).json()["items"]
        # Whoever accepts has looked in the CRM.
        accepted = await one.staff.post(f"{STAFF}/bookings/{waiting['id']}/accept", json={})
        assert (accepted.status_code, accepted.json()["status"]) == (200, "confirmed"), accepted.text

    told(database, story, on_stale="request")


def test_on_request_a_time_that_somebody_else_can_take_is_booked_as_ever(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        await one.read(technicians="t2")
        await one.read(ago=ALLOWED + 5, technicians="t1")
        held = await one.anybody.post(f"{API}/holds", json=ASK | {"start": moment(hour=16)})
        assert held.status_code == 201, held.text
        (booking,) = (await one.staff.get(f"{STAFF}/bookings", params={"status": "held"})).json()["items"]
        assert booking["technician"] == "t2"
        # Then only the other one could come: that can be asked for.
        found = await one.ask()
        wanted = datetime.fromisoformat(moment(hour=16))
        at = {datetime.fromisoformat(slot["start"]): slot for slot in found["slots"]}
        assert at[wanted]["request"] is True
        assert [slot for slot in found["slots"] if "request" not in slot]

    told(database, story, on_stale="request")


def test_allowed_is_as_fresh_but_said(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        before = await one.ask()
        await one.read(ago=ALLOWED + 5)
        found = await one.ask()
        assert found["slots"] == before["slots"]
        assert (before["stale"]["ghl"], found["stale"]["ghl"]) == (False, True)
        assert found["etag"] != before["etag"]
        held = await one.anybody.post(f"{API}/holds", json=ASK | {"start": moment(hour=16)})
        assert held.status_code == 201, held.text

    told(database, story, on_stale="allow")


def test_the_policy_says_how_old_is_too_old(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect()
        await one.read(ago=30 * 60)
        assert await one.who() == set()

    told(database, story, stale_after_minutes=29)


def test_the_booking_page_leads_to_a_request(database: Database) -> None:
    async def story(one: Office) -> None:
        await one.connect(read=False)
        page = Page(one.anybody)
        await page.open(f"/book/{BUSINESS}?product=tune-up&lang=en")
        await page.send("where", lat=HOUSE["lat"], lng=HOUSE["lng"], postal_code=HOUSE["postal_code"])
        assert "When should we come?" in page.text
        assert "On request" in page.text
        assert "Next available" not in page.text
        choice = re.findall(r'name="choice" value="([^"]+)"', page.text)[0]
        await page.send("hold", choice=choice)
        assert "Ask for this time" in page.text
        nameless = {"choice": choice, "email": CANARY["email"], "street": "77 Canary Lane", "postal_code": "L6H 0H3"}
        await page.send("request", **nameless)
        assert "Please enter your name." in page.text
        await page.send("request", **nameless, name=CANARY["name"])
        assert "Requested" in page.text
        (waiting,) = (await one.staff.get(f"{STAFF}/bookings", params={"status": "requested"})).json()["items"]
        assert datetime.fromisoformat(waiting["start"]) == datetime.fromisoformat(choice)

    told(database, story, on_stale="request")


class Page:
    """A browser without scripts, as far as forms go."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.text = self.address = ""

    async def open(self, address: str) -> None:
        self._seen(await self.client.get(address, headers=HTML, follow_redirects=True))

    async def send(self, step: str, **fields: Any) -> None:
        state = re.findall(r'name="s" value="([^"]+)"', self.text)[0]
        action = re.findall(rf'action="(/book/{BUSINESS}/{step}[^"]*)"', self.text)[0].replace("&amp;", "&")
        once = re.findall(r'name="once" value="([^"]+)"', self.text)[:1]
        form = {"s": state, "once": once[0] if once else "", **fields}
        self._seen(await self.client.post(action, data=form, headers=HTML, follow_redirects=True))

    def _seen(self, answer: httpx2.Response) -> None:
        assert answer.status_code in {200, 422}, answer.text
        self.text = answer.text
