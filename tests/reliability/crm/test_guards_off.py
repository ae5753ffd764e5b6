"""What is looked for before it is written stands there once; with the look switched off, it is there twice.

The guards are switched off by the test, in its own process; the product has no such switch.
"""

from __future__ import annotations

from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.adapters.crms.ghl import notes
from fieldfare.adapters.crms.ghl.visits import Visits
from tests.databases import Database
from tests.integration_crm.writing.shop import LOCATION, Shop, run

pytestmark = pytest.mark.slow

TIMES_OUT: dict[str, Any] = {
    "match": "POST /calendars/events/appointments",
    "status": 504,
    "after_commit": True,
    "times": 1,
}
NOTED_ALL_THE_SAME: dict[str, Any] = {
    "match": "POST /contacts/*/notes",
    "status": 500,
    "after_commit": True,
    "times": 1,
}


async def _nothing_found(*_: object, **__: object) -> None:
    """Find nothing of earlier attempts."""


def _nothing_listed(*_: object) -> list[dict[str, Any]]:
    """List no note."""
    return []


@pytest.mark.parametrize(("guarded", "entries"), [(True, 1), (False, 2)])
def test_the_reference_is_looked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool, entries: int
) -> None:
    """R9: an entry that was made, though its answer never came."""
    if not guarded:
        monkeypatch.setattr(Visits, "find_by_reference", _nothing_found)

    async def story(one: Shop) -> None:
        await one.book()
        one.sim.faults.add(Fault(**TIMES_OUT))

        await one.write_all()

        assert len(one.entries()) == entries

    run(database, story)


@pytest.mark.parametrize(("guarded", "there"), [(True, 1), (False, 2)])
def test_a_note_s_mark_is_looked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool, there: int
) -> None:
    """R9: a note that was written, though the CRM said that it was not."""
    if not guarded:
        monkeypatch.setattr(notes, "listed", _nothing_listed)

    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        one.sim.faults.add(Fault(**NOTED_ALL_THE_SAME))

        await one.write_all()

        (contact,) = one.sim.contacts(LOCATION)
        assert len(one.sim.notes(contact["id"])) == there

    run(database, story)
