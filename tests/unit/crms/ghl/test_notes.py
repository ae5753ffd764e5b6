"""A note stands on a contact once, whatever went wrong on the way."""

from __future__ import annotations

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.adapters.crms.ghl.notes import LONGEST_BODY
from fieldfare.ports.crm import CrmNote, CrmOutcomeUnknownError
from tests.unit.crms.ghl.account import LOCATION, World, with_world

MARK = "#FF-7K3QX9H cancelled"
NOTE = CrmNote(title="Booking cancelled", body=f"Cancelled {MARK} - reason: <b>too late</b> & far", mark=MARK)


def notes_after(*, note: CrmNote = NOTE, before: str = "", times: int = 1) -> list[tuple[str, str]]:
    async def work(world: World) -> list[tuple[str, str]]:
        contact = world.sim.add_contact(LOCATION, name="Jo Tremblay")
        if before:
            world.sim.add_note(contact, before)
        for _ in range(times):
            await world.crm.add_note(contact, note)
        return [(kept.get("title", ""), kept["body"]) for kept in world.sim.notes(contact)]

    return with_world(work)


def test_a_note_is_written_once_and_is_no_markup() -> None:
    body = "Cancelled #FF-7K3QX9H cancelled - reason: &lt;b>too late&lt;/b> & far"

    assert notes_after(times=3) == [("Booking cancelled", body)]


@pytest.mark.parametrize("before", [f"was here: {MARK}.", f"<p>{MARK}</p>"])
def test_a_note_with_its_mark_is_there_already(before: str) -> None:
    assert len(notes_after(before=before)) == 1


def test_a_mark_is_found_however_the_vendor_keeps_it() -> None:
    note = CrmNote(title="x", body="a & b <c>", mark="a & b <c>")

    assert len(notes_after(note=note, before="a &amp; b &lt;c&gt;")) == 1


@pytest.mark.parametrize(
    ("body", "ends"),
    [("without it", f"without it\n{MARK}"), ("x" * 9_000, f"x\n{MARK}")],
)
def test_the_mark_is_in_the_body_whatever_is_cut(body: str, ends: str) -> None:
    ((_, kept),) = notes_after(note=CrmNote(title="t", body=body, mark=MARK), times=2)

    assert kept.endswith(ends)
    assert len(kept) <= LONGEST_BODY


def test_a_note_whose_answer_is_lost_is_not_written_again() -> None:
    async def work(world: World) -> int:
        contact = world.sim.add_contact(LOCATION, name="Jo Tremblay")
        world.sim.faults.add(Fault(match="POST /contacts/*/notes", after_commit=True, status=504, times=1))
        with pytest.raises(CrmOutcomeUnknownError):
            await world.crm.add_note(contact, NOTE)
        await world.crm.add_note(contact, NOTE)
        return len(world.sim.notes(contact))

    assert with_world(work) == 1
