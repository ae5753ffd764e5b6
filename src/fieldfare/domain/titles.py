"""The title by which an entry in somebody else's calendar is placed and found again.

`[H07] AC tune-up - J. Tremblay #FF-7K3QX9H`: first the tag of the hub, so that a visit that is read needs no geocoding;
last the booking's reference, by which a write that timed out is found. Customers see titles: they hold no address, no
phone and no secret.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from fieldfare.domain.places import tagged_hub
from fieldfare.domain.references import read_reference

LONGEST_TITLE = 100
_REFERENCE = re.compile(r"#(FF-[0-9A-Z]{7})(?![0-9A-Za-z])", re.IGNORECASE)
_TAG = re.compile(r"^\[[^\]]*\]\s*")
_ELLIPSIS = "…"


def write_title(*, hub: str | None, product: str, customer: str | None, reference: str) -> str:
    """Write a booking's title, at most 100 characters long: the middle is cut, never the ends.

    The customer is named by an initial and the last name.
    """
    opening = "" if hub is None else f"[{hub}] "
    closing = f" #{reference}"
    middle = product if not (name := short_name(customer)) else f"{product} - {name}"
    middle = " ".join(middle.replace("#", "").split())
    room = LONGEST_TITLE - len(opening) - len(closing)
    if len(middle) > room:
        middle = middle[: max(0, room - 1)].rstrip() + _ELLIPSIS
    return f"{opening}{middle}{closing}"


def short_name(name: str | None) -> str:
    """Shorten a name to an initial and the last name; one word stays as it is."""
    words = (name or "").split()
    if len(words) < 2:  # noqa: PLR2004 - a first and a last name
        return "".join(words)
    return f"{words[0][0]}. {words[-1]}"


def reference_in(text: str) -> str | None:
    """Find a booking's reference in a title or a description."""
    read = (read_reference(found) for found in _REFERENCE.findall(text))
    return next((reference for reference in read if reference is not None), None)


def retitled(title: str, *, hub: str | None, hubs: Collection[str]) -> str:
    """Put the right tag before a title that people have edited, in place of a wrong one; the words are theirs."""
    if hub is None or tagged_hub(title, hubs) == hub:
        return title
    return f"[{hub}] {_TAG.sub('', title)}"[:LONGEST_TITLE]
