"""What went wrong with a system outside, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldfare.ports.integrations import ConflictKind, IntegrationFailure

SYSTEMS: Mapping[str, str] = {"ghl": "GoHighLevel"}

FAILURES: Mapping[str, str] = {
    "crm_failed": "{system} didn't do what it was asked. It is tried again by itself.",
    "crm_unavailable": "{system} can't be reached. Bookings go on; what is to be written there waits and is sent "
    "by itself.",
    "crm_outcome_unknown": "{system} gave no answer to a change. Fieldfare looks whether it was made before it is "
    "sent again.",
    "crm_rate_limited": "{system} asks for fewer requests. Everything waits its turn; nothing is lost.",
    "crm_unauthorised": "{system} doesn't take the token any more. Connect it again in the settings.",
    "crm_forbidden": "The token may not do this in {system}. Look at the check in the settings: a scope is missing, "
    "or the token is another location's.",
    "crm_refused": "{system} refuses a change as it is. Open it below, mend what it says, and send it again.",
    "crm_not_found": "Something that Fieldfare knew is no longer in {system}.",
    "unreadable": "An entry in {system} has times that make no sense. What was known of it before still holds; "
    "correct it there.",
    "unplaced": "An entry in {system} says no place that could be found: it takes time, but no drive is reckoned.",
    "no_target": "No calendar or service in {system} is chosen for a product, so its visits can't be written.",
    "no_user": "A technician is no user in {system}, so their visits can't be written.",
    "unknown_location": "A message came for a location that no business is connected to.",
    "calendars_lacking": "A calendar that the settings name is no longer among those of {system}. What was known still "
    "holds, and is sold by until it is too old: put the calendar back there, or choose again in the settings.",
    "suddenly_empty": "{system} says that nothing is where much was. What was known still holds; it is believed when "
    "the next reading says so, too.",
    "edited_meanwhile": "An entry was moved in {system} while its booking was moved here, too. Settle the conflict: "
    "until then both times are taken.",
    "crm_trouble": "{system} has begun to fail. Everything waits its turn; nothing is lost.",
    "write_stuck": "Fieldfare could not write a booking to {system}, for a reason of its own. It is tried some times "
    "more and then put aside: send it again below, and report it if that fails, too.",
    "differs": "An entry in {system} differed from the booking and was written again.",
}
"""The sentence of each code; one that isn't here is said by the first."""

_SAID = frozenset({"crm_failed", "crm_forbidden", "crm_refused"})
"""Of these what the system itself said is of use."""

CONFLICTS: Mapping[ConflictKind, str] = {
    ConflictKind.OVERLAP: "Two things at the same time for one technician",
    ConflictKind.UNDRIVABLE: "Not enough time to drive between two visits",
    ConflictKind.MOVED_ONTO: "Moved in GoHighLevel to a time that can't be kept",
    ConflictKind.REFUSED: "GoHighLevel refuses the visit",
    ConflictKind.LOST: "The visit is no longer in GoHighLevel",
}

OUTCOMES: Mapping[str, str] = {
    "reassigned": "Given to somebody else",
    "moved": "Moved",
    "cancelled": "Cancelled",
    "kept": "Kept as it is",
    "gone": "Gone by itself",
}

TROUBLES: Mapping[str, str] = {
    "no_contact": "The opportunity has no contact.",
    "no_reach": "The contact has neither email nor phone.",
    "no_address": "The contact has no address that could be found.",
    "out_of_area": "The address lies in no zone.",
    "not_sold": "The product isn't sold at the address.",
    "no_slot": "No technician can drive there in the coming weeks.",
    "no_product": "The product of this stage isn't sold any more.",
    "no_field": "No custom field is chosen for the booking link, so it could not be sent.",
    "crm_unavailable": "GoHighLevel can't be reached; it is tried again by itself.",
    "crm_rate_limited": "GoHighLevel asks for fewer requests; it is tried again by itself.",
    "crm_outcome_unknown": "GoHighLevel gave no answer; it is tried again by itself.",
    "crm_unauthorised": "GoHighLevel doesn't take the token any more. Connect it again in the settings.",
    "crm_forbidden": "The token may not do this in GoHighLevel. Look at the check in the settings.",
    "crm_refused": "GoHighLevel refuses it as it is.",
    "crm_not_found": "The contact is no longer in GoHighLevel.",
    "crm_failed": "GoHighLevel didn't do what it was asked.",
    "blocked": "The address lies where nobody works.",
    "slot_taken": "The slot was taken meanwhile.",
}

OTHER_TROUBLE = "It could not be booked. Book it by hand, and dismiss this."


def failure_sentence(failure: IntegrationFailure) -> str:
    """Say what went wrong and what to do."""
    return sentence_of(failure.code, system=failure.system, facts=failure.facts)


def sentence_of(code: str, *, system: str = "ghl", facts: Mapping[str, Any] | None = None) -> str:
    """Say what a code stands for; what the system itself said follows, where it is known."""
    sentence = FAILURES.get(code, FAILURES["crm_failed"]).format(system=SYSTEMS.get(system, system))
    said = (facts or {}).get("said") if code in _SAID else None
    return f'{sentence} It said: "{said}"' if isinstance(said, str) and said else sentence
