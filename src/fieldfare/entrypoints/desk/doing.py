"""Carrying out what a form asks for, once however often it is sent, and saying in words why it was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.web.once import keyed
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.usecases.bookings.acting import Once, Plan
from fieldfare.usecases.people.names import holds_controls

T = TypeVar("T")

_LONGEST_REASON = 1_000

_WORDS = {
    "wrong_status": "The visit has moved on meanwhile, so this can no longer be done. The page shows how it stands.",
    "changed_meanwhile": "Somebody else changed this visit while you looked at it. The page shows how it stands now; "
    "decide again.",
    "idempotency_mismatch": "This form was sent before, and carried out, with other content. If you mean this as well, "
    "send it from here.",
    "too_late_to_undo": "A step can be taken back for ten minutes only.",
    "slot_taken": "This time can't be had.",
    "not_sold": "This is not sold at that place.",
    "reason_needed": "Say why: an override needs a reason.",
    "address_elsewhere": "The service address lies elsewhere than the place that was looked at; from there it can't be "
    "driven. Look for times at that address.",
}


async def carry_out(asking: Asking, plan: Plan[T], *, wish: str) -> None:
    """Run a plan of a use case in the member's name; `wish` says what for, beside the page's own key.

    Raises `Problem` for what is refused.
    """
    await asked_for(asking, plan, wish=wish, write=lambda _: b"")


async def asked_for(
    asking: Asking, plan: Plan[T], *, wish: str, write: Callable[[T], bytes], queue: object = None
) -> bytes:
    """Run a plan, and give its answer as `write` writes it, the same for the same key; raises `Problem`."""
    async with booking_refusals(asking.rooms, asking.who.business, asking.who):
        return await asking.rooms.acting.run(
            asking.who.business, plan, write=write, once=once_of(asking, wish), queue=queue
        )


def once_of(asking: Asking, wish: str) -> Once | None:
    """Give the idempotency key of a form; None without one. The same with another wish is refused (rule B10)."""
    key = asking.form.get("once", "")
    return keyed(asking.request, key, action=asking.path, content=wish, who=asking.who)


def read_reason(asking: Asking, name: str = "reason") -> str | None:
    """Read why somebody does something; None without a reason. Raises `Problem` (invalid_request)."""
    text = asking.form.get(name, "").strip().replace("\r\n", "\n")
    if len(text) > _LONGEST_REASON:
        raise Problem("invalid_request", f"A reason may have {_LONGEST_REASON} letters at most.", errors=[])
    if holds_controls(text.replace("\n", " ").replace("\t", " ")):
        raise Problem("invalid_request", "A reason is text, without control characters.", errors=[])
    return text or None


def version_in(asking: Asking) -> int | None:
    """Give the version that a form was made for; a text that is none is that of no booking."""
    text = asking.form.get("version", "")
    if not text:
        return None
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0  # noqa: PLR2004 - what fits


def said_of(problem: Problem) -> str:
    """Say in words what was refused."""
    errors = problem.members.get("errors")
    if isinstance(errors, list) and errors:
        return " ".join(f"{fault['path']} {fault['message']}.".strip().capitalize() for fault in errors)
    return _WORDS.get(problem.code) or problem.detail or PROBLEMS[problem.code].title


def broken_of(problem: Problem) -> list[tuple[str, str]]:
    """List the rules that a refused time breaks: their codes, and a sentence for each."""
    rules = problem.members.get("rules")
    return [(code, BROKEN.get(code, code)) for code in rules] if isinstance(rules, list) else []
