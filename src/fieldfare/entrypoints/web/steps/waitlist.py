"""Nothing suits: wait for a time that becomes free, with up to five wishes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
from starlette.responses import Response

from fieldfare.domain.business import Request as Asked
from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.customers import CustomerBody, read_contact
from fieldfare.entrypoints.api.public.holds import actor_of
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.calendars import block_name, block_span
from fieldfare.entrypoints.web.entered import read_entered
from fieldfare.entrypoints.web.once import once_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.usecases.people.tokens import new_token
from fieldfare.usecases.waitlist.join import MOST_WISHES, Join, join

_WHOLE_DAY = "any"
_FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The days that suit somebody, as spans of instants, or what is wrong with them."""

    spans: tuple[tuple[int, int], ...] = ()
    faults: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)


async def ask(asking: Asking) -> Response:
    """Show the form."""
    if asking.state.product is None or asking.state.place is None:
        return asking.go(state=asking.state)
    rows = [{"day": asking.query.get("day", ""), "part": _WHOLE_DAY}]
    return _form(asking, typed=asking.typed(), rows=rows)


async def wait(asking: Asking) -> Response:
    """Write somebody down who waits."""
    located = await asking.place()
    if located is None or asking.state.product is None:
        return asking.go(state=asking.state)
    entered = read_entered(asking.form, tongue=asking.tongue, countries=asking.rooms.bias(asking.business).countries)
    wishes = _read_wishes(asking)
    faults = {key: text for key, text in entered.faults.items() if key in CustomerBody.model_fields}
    faults = wishes.faults | faults
    if entered.customer is None or faults:
        return _form(asking, typed=dict(asking.form), rows=wishes.rows, faults=faults)
    contact = read_contact(entered.customer, countries=asking.rooms.bias(asking.business).countries)
    wanted = Join(
        request=Asked(place=located.place, product=asking.state.product, industry=asking.state.industry),
        wishes=wishes.spans,
        contact=contact,
        token=new_token(),
        actor=actor_of(STRANGER),
    )
    async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
        answer = await asking.rooms.acting.run(
            asking.business.id,
            lambda desk: join(desk, wanted),
            write=lambda _: orjson.dumps(wanted.token),
            once=once_of(asking, "waitlist"),
        )
    return asking.go("waiting", orjson.loads(answer))


def _form(
    asking: Asking, *, typed: dict[str, str], rows: list[dict[str, str]], faults: dict[str, str] | None = None
) -> Response:
    today = asking.clock.date_of(asking.current.as_of)
    parts = [(_WHOLE_DAY, asking.tongue.say("Any time of day"))]
    parts += [
        (block.id, block_name(block.id, block.start, block.end, asking.tongue))
        for block in asking.business.policy.blocks
    ]
    empty = {"day": "", "part": _WHOLE_DAY}
    values: dict[str, Any] = {
        "typed": {key: typed.get(key, "") for key in ("name", "email", "phone")},
        "rows": (rows + [empty] * MOST_WISHES)[:MOST_WISHES],
        "parts": parts,
        "faults": faults or {},
        "today": today.isoformat(),
        "back": asking.link("when", state=asking.state),
    }
    here = asking.link("waitlist", state=asking.state)
    return show(asking, "waitlist.html", values, status=422 if faults else 200, here=here)


def _read_wishes(asking: Asking) -> Wishes:
    """Read the rows of days; at least one is needed, and each must be a day that is still to come."""
    blocks = {block.id: (block.start, block.end) for block in asking.business.policy.blocks}
    rows: list[dict[str, str]] = []
    spans, faults = [], {}
    today = asking.clock.date_of(asking.current.as_of)
    for number in range(1, MOST_WISHES + 1):
        text, part = asking.form.get(f"day-{number}", "").strip(), asking.form.get(f"part-{number}", _WHOLE_DAY)
        rows.append({"day": text, "part": part})
        if not text:
            continue
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(text)
        if day is None or not today <= day <= today + _FURTHEST:
            faults[f"day-{number}"] = asking.tongue.say("Please choose a day that is still to come.")
        else:
            spans.append(block_span(day, blocks.get(part, (0, 24 * 60)), asking.clock))
    if not spans and not faults:
        faults["day-1"] = asking.tongue.say("Please choose at least one day that would suit you.")
    return Wishes(spans=tuple(spans), faults=faults, rows=rows)
