"""A storm of holds, bookings and changes on five technicians: each is foretold, and each day passes the slow reading.

Rules B1 to B9 and B11 as a machine of hypothesis. Before each step a plain model says what is to come of it, from the
rows as they stand and the slow reading of the rules; afterwards everything is compared.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Status
from fieldfare.domain.business import Request
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.configured import read_business as read_documents
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

Refusal = type[Exception] | None
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How somebody wants a slot: of whom, and whether they may and want to book against rules."""

    technician: str | None = None
    override: Override | None = None


OVERRIDES = (
    None,
    None,
    None,
    Override(actor=DESK),
    Override(actor=DESK, wanted=True),
    Override(actor=DESK, wanted=True, reason="The customer can't otherwise"),
    Override(actor=DESK, wanted=True, reason="It is urgent"),
)
places = st.sampled_from((*storm.PLACES, *storm.PLACES, storm.NOWHERE))
products = st.sampled_from((*storm.PRODUCTS, "lifting"))
technicians = st.sampled_from(storm.TECHNICIANS)
people = st.sampled_from(PEOPLE)
nth = st.integers(min_value=0, max_value=30)
wants = st.builds(Wanted, technician=st.none() | technicians, override=st.sampled_from(OVERRIDES))
planned = st.tuples(st.sampled_from((1, 1, 1, 2, 0)), st.sampled_from((*storm.TIMES, *storm.TIMES, *storm.ODD_TIMES)))
close = st.integers(min_value=-10, max_value=10)
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
