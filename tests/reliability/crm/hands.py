"""People who work in the CRM itself: they make, move, hand on and delete what stands there, ours as well."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldfare.domain.titles import reference_in
from tests.reliability.crm.site import (
    CLEANING,
    FURNACE,
    HOME,
    HUBS,
    IGNORED,
    LOCATION,
    PRIVATE,
    VISITS,
    Account,
)

DAY, HOUR, MINUTE = 86_400, 3_600, 60
DAYS = 4
"""On so many days from tomorrow on they work."""
KINDS = ("appointments", "blocks", "service_bookings")
OURS = ("appointments", "service_bookings")
"""Where what is ours may stand."""
Edit = Callable[[], Awaitable[str]]
"""Edits something, and gives what kind of thing it was; nothing where there was none."""


@dataclass(kw_only=True)
class Hands:
    """One after the other they edit something; `touched` and `ended` are the references of what was ours."""

    account: Account
    dice: random.Random
    touched: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    edits: Counter[str] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _leaving: bool = False

    async def work(self, *, each: float) -> None:
        """Edit something every so many seconds until told to leave."""
        while not self._leaving:
            await self._edit()
            await asyncio.sleep(each * self.dice.uniform(0.5, 1.5))

    def leave(self) -> None:
        """Let nobody edit any more."""
        self._leaving = True

    @property
    def _kinds(self) -> dict[Edit, int]:
        return {
            self._add_private: 3,
            self._add_shared: 2,
            self._add_visit: 2,
            self._add_block: 3,
            self._add_service: 2,
            self._add_service_visit: 2,
            self._change_foreign: 4,
            self._delete_foreign: 3,
            self._move_ours: 5,
            self._end_ours: 2,
            self._retitle_ours: 2,
        }

    async def _edit(self) -> None:
        """Do something by chance, but first each kind of thing once."""
        kinds = self._kinds
        untried = [edit for edit in kinds if not any(name.startswith(_name(edit)) for name in self.edits)]
        edit = untried[0] if untried else self.dice.choices(list(kinds), weights=list(kinds.values()))[0]
        self.edits[f"{_name(edit)} {await edit()}".strip()] += 1

    def _span(self) -> dict[str, int]:
        first = (int(time.time()) // DAY + 1) * DAY
        start = first + self.dice.randrange(DAYS * DAY // (15 * MINUTE)) * 15 * MINUTE
        return {"start": start, "end": start + self.dice.choice((30, 60, 120)) * MINUTE}

    def _title(self, what: str) -> str:
        tag = self.dice.choice(("", *(f"[{hub}] " for hub in HUBS)))
        return f"{tag}{what} {next(self._numbers)}"

    @property
    def _user(self) -> str:
        return self.dice.choice(self.account.users)

    async def _contact(self, number: int) -> str:
        who = {"name": f"Sam Handmade{number}", "email": f"hand{number}@example.net", "tags": ["by hand"]}
        return str(await self.account.ask("add_contact", location=LOCATION, **who))

    async def _add_private(self) -> str:
        calendar = self.dice.choice((PRIVATE, PRIVATE, IGNORED))
        given = {"location": LOCATION, "calendar": calendar, "contact": None, "user": self._user, **self._span()}
        await self.account.ask("add_appointment", **given, title=self._title("Errand"))
        return "appointments"

    async def _add_shared(self) -> str:
        """Make something that takes the time of two people."""
        both = self.dice.sample(self.account.users, k=2)
        given = {"location": LOCATION, "calendar": PRIVATE, "contact": None, "user": both[0], **self._span()}
        await self.account.ask("add_appointment", **given, title=self._title("Meeting"), users=both)
        return "appointments"

    async def _add_visit(self) -> str:
        """Make a visit by hand, with a contact and a tag: it becomes a booking if it is in nobody's way."""
        number = next(self._numbers)
        contact = await self._contact(number)
        given = {"location": LOCATION, "calendar": VISITS, "contact": contact, "user": self._user, **self._span()}
        await self.account.ask("add_appointment", **given, title=f"[H07] Visit by hand {number}")
        return "appointments"

    async def _add_block(self) -> str:
        await self.account.ask(
            "add_block", location=LOCATION, user=self._user, **self._span(), title=self._title("Away")
        )
        return "blocks"

    async def _add_service(self) -> str:
        """Make a service booking of two parts, one after the other, each with somebody else."""
        number, span = next(self._numbers), self._span()
        between = (span["start"] + span["end"]) // 2
        one, other = self.dice.sample(self.account.users, k=2)
        legs = [(CLEANING, one, span["start"], between), (CLEANING, other, between, span["end"])]
        await self._book_service(number, legs, title=self._title("Cleaning"))
        return "service_bookings"

    async def _add_service_visit(self) -> str:
        """Make a service booking of one part and of a service that we sell: it becomes a booking like a visit."""
        number, span = next(self._numbers), self._span()
        legs = [(FURNACE, self._user, span["start"], span["end"])]
        await self._book_service(number, legs, title=f"[H08] Furnace by hand {number}")
        return "service_bookings"

    async def _book_service(self, number: int, legs: list[tuple[str, str, int, int]], *, title: str) -> None:
        given = {"location": LOCATION, "contact": await self._contact(number), "location_id": HOME, "legs": legs}
        await self.account.ask("add_service_booking", **given, title=title, place=f"{number + 1} Oak Road")

    async def _change_foreign(self) -> str:
        kind, row = await self._some(KINDS, ours=False)
        if row is None:
            return ""
        changes: dict[str, Any] = self._span()
        if kind == "service_bookings":
            by = changes["start"] - row["start"]
            changes = {"start": row["start"] + by, "end": row["end"] + by}
        elif kind == "appointments" and self.dice.random() < 0.3:
            changes = {"user": self._user}
        await self.account.ask("edit", id=row["id"], **changes)
        return kind

    async def _delete_foreign(self) -> str:
        kind, row = await self._some(KINDS, ours=False)
        if row is not None:
            await self._end(kind, row)
        return "" if row is None else kind

    async def _move_ours(self) -> str:
        kind, row = await self._some(OURS, ours=True)
        if row is None:
            return ""
        by = self.dice.choice((-4, -2, -1, 1, 2, 4)) * 30 * MINUTE
        changes: dict[str, Any] = {"start": row["start"] + by, "end": row["end"] + by}
        if self.dice.random() < 0.3:
            changes = {"user": self._user}
        self._touch(row)
        await self.account.ask("edit", id=row["id"], **changes)
        return kind

    async def _end_ours(self) -> str:
        kind, row = await self._some(OURS, ours=True)
        if row is None:
            return ""
        self.ended.add(self._touch(row))
        await self._end(kind, row)
        return kind

    async def _end(self, kind: str, row: dict[str, Any]) -> None:
        """Cancel or delete it; a blocked slot can't be cancelled."""
        if kind != "blocks" and self.dice.random() < 0.5:
            await self.account.ask("edit", id=row["id"], status="cancelled")
        else:
            await self.account.ask("delete", id=row["id"])

    async def _retitle_ours(self) -> str:
        """Take the hub's tag off, or put another there."""
        kind, row = await self._some(OURS, ours=True)
        if row is None:
            return ""
        words = row["title"].partition("] ")[2] or row["title"]
        await self.account.ask("edit", id=row["id"], title=self.dice.choice((words, f"[H08] {words}")))
        return kind

    def _touch(self, row: dict[str, Any]) -> str:
        reference = reference_in(row["title"]) or ""
        self.touched.add(reference)
        return reference

    async def _some(self, kinds: Sequence[str], *, ours: bool) -> tuple[str, dict[str, Any] | None]:
        """Choose something of a kind that stands there and is still to come; of another kind, if there is none."""
        for kind in self.dice.sample(kinds, k=len(kinds)):
            rows = await self.account.ask(kind, location=LOCATION)
            found = [row for row in rows if _is_to_come(row) and (reference_in(row["title"]) is not None) is ours]
            if found:
                return kind, self.dice.choice(found)
        return "", None


def _name(edit: Edit) -> str:
    return edit.__name__.lstrip("_")


def _is_to_come(row: dict[str, Any]) -> bool:
    status = row.get("appointmentStatus") or row.get("status") or "confirmed"
    return status == "confirmed" and row["start"] > time.time() + 4 * HOUR
