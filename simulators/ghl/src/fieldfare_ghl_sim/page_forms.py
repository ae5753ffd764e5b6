"""What the buttons of the simulator's page do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.simulator import Simulator

Form = dict[str, str]


def do(simulator: Simulator, what: str, form: Form) -> str:
    """Do what a form asks for; gives the location that the page goes on with."""
    action = _ACTIONS.get(what)
    if action is not None:
        action(simulator, form)
    return form.get("location") or next(iter(simulator.world.locations), "")


def _edit(simulator: Simulator, form: Form) -> None:
    changes: dict[str, object] = {}
    zone = str(simulator.world.locations[form["location"]]["timezone"])
    if form.get("start") and form.get("minutes"):
        start = _local(form["start"], zone)
        changes |= {"start": start, "end": start + 60 * int(form["minutes"])}
    changes |= {key: form[key] for key in ("user", "status", "title") if form.get(key)}
    simulator.edit(form["id"], **changes)


def _delete(simulator: Simulator, form: Form) -> None:
    simulator.delete(form["id"])


def _add_appointment(simulator: Simulator, form: Form) -> None:
    zone = str(simulator.world.locations[form["location"]]["timezone"])
    start = _local(form["start"], zone)
    contact = simulator.world.contacts[form["contact"]]
    parts = (contact.get(key, "") for key in ("address1", "city", "state", "postalCode"))
    simulator.add_appointment(
        form["location"],
        form["calendar"],
        form["contact"],
        form["user"],
        start,
        start + 60 * int(form["minutes"]),
        form.get("title", ""),
        address=", ".join(part for part in parts if part),
    )


def _add_block(simulator: Simulator, form: Form) -> None:
    zone = str(simulator.world.locations[form["location"]]["timezone"])
    start = _local(form["start"], zone)
    end = start + 60 * int(form["minutes"])
    title, full_day = form.get("title") or "Busy", "full_day" in form
    simulator.add_block(form["location"], user=form["user"], start=start, end=end, title=title, full_day=full_day)


def _move(simulator: Simulator, form: Form) -> None:
    simulator.move_opportunity(form["id"], form["stage"])


def _add_fault(simulator: Simulator, form: Form) -> None:
    simulator.faults.add(
        Fault(
            match=form.get("match") or "*",
            status=int(form["status"]) if form.get("status") else None,
            slow=float(form.get("slow") or 0),
            after_commit="after_commit" in form,
            drop="drop" in form,
            times=int(form["times"]) if form.get("times") else None,
        )
    )


def _local(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def local_input(at: float, zone: str) -> str:
    """Write a moment as a field for local times wants it."""
    return moments.naive_text(at, zone)[:16].replace(" ", "T")


_ACTIONS: dict[str, Callable[[Simulator, Form], None]] = {
    "edit": _edit,
    "delete": _delete,
    "add-appointment": _add_appointment,
    "add-block": _add_block,
    "move-opportunity": _move,
    "add-fault": _add_fault,
    "clear-faults": lambda simulator, _: simulator.faults.clear(),
    "outage": lambda simulator, form: simulator.faults.outage(form.get("on") == "true"),
    "expire-tokens": lambda simulator, _: simulator.expire_tokens(),
}
