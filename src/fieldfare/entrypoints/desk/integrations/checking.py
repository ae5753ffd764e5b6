"""The check: one line for each thing that Fieldfare needs of the account, and what to do where it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import outward_of, seen, show_step
from fieldfare.ports.crm import Capability, CapabilityState
from fieldfare.usecases.integrations.check_connection import check_connection
from fieldfare.usecases.integrations.refusals import NotConnectedError

NAMES: Mapping[str, str] = {
    "account": "The location can be read",
    "users": "Users can be read",
    "calendars": "Calendars can be read",
    "appointments": "Appointments can be read",
    "blocks": "Blocked time can be read",
    "services": "Bookings of services can be read",
    "contacts": "Contacts can be read",
    "fields": "Custom fields can be read",
    "notes": "Notes can be read",
    "opportunities": "Pipelines can be read",
    "targets": "Every product has a place to be written to",
    "chosen_fields": "The chosen custom fields are there",
    "stages": "The chosen stages are there",
}
STATES: Mapping[CapabilityState, tuple[str, str]] = {
    CapabilityState.MISSING: ("missing", "bad"),
    CapabilityState.UNTRIED: ("not tried", "plain"),
    CapabilityState.WORKS: ("works", "good"),
}
"""In this order they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the check."""

    name: str
    state: str
    badge: str
    advice: str


async def show_check(asking: Asking) -> Response:
    """Try everything, and say what works; where nothing can be asked now, say that alone."""
    try:
        checked = await check_connection(outward_of(asking), asking.who.business, now=asking.now)
    except NotConnectedError:
        raise Problem("not_found", "Connect GoHighLevel first.") from None
    people = {one.id: one.name or one.id for one in asking.business.technicians}
    # What is to be done comes first: on a phone the list is long.
    first = sorted(checked.lines, key=lambda one: list(STATES).index(one.state))
    lines = [_line(one, people, checked.calendars) for one in first]
    trouble = (await seen(asking)).trouble if _nothing_said(checked.lines) else None
    values = {"lines": [] if trouble else lines, "works": checked.works, "trouble": trouble}
    return show_step(asking, "check", checked.connection, values)


def _nothing_said(lines: tuple[Capability, ...]) -> bool:
    """Whether not even what there is to choose from was answered: there is but the line of the account."""
    return [line.name for line in lines] == ["account"]


def _line(capability: Capability, people: Mapping[str, str], calendars: Mapping[str, str]) -> Line:
    kind, _, id_ = capability.name.partition(":")
    state, badge = STATES[capability.state]
    match kind:
        case "technician":
            name = f"{people.get(id_, 'A technician')} is a user of GoHighLevel"
        case "calendar":
            name = f"The calendar {calendars[id_]} is fit" if id_ in calendars else "A chosen calendar is there"
        case _:
            name = NAMES.get(capability.name, capability.name)
    return Line(name=name, state=state, badge=badge, advice=capability.advice)
