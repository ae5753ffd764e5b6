"""The audit trail as a whole: who changed what, when, and why."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.entrypoints.desk.actors import names_of
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.trail import lines_of, references_of

_PAGE = 50
_LONGEST_NUMBER = 18
SUBJECTS = {
    "": "Everything",
    "bookings": "Bookings",
    "customers": "Customers",
    "commitments": "Blocked time",
    "messages": "Messages",
    "waitlist": "Waitlist",
    "business": "Business and policy",
    "zones": "Zones",
    "boundaries": "Boundaries",
    "schedules": "Schedules",
    "technicians": "Technicians",
    "products": "Products",
    "hubs": "Hubs",
    "industries": "Industries",
    "resources": "Resources",
    "accounts": "Accounts",
    "keys": "Keys",
    "webhooks": "Webhooks",
}


async def show_trail(asking: Asking) -> Response:
    """Show the trail, the newest line first, of everything or of one kind of thing."""
    subject = asking.query.get("subject", "")
    subject = subject if subject in SUBJECTS else ""
    id_ = "".join(letter for letter in asking.query.get("id", "") if letter.isprintable()).strip()[:64]
    before = asking.query.get("before", "")
    until = int(before) if before.isdecimal() and before.isascii() and len(before) <= _LONGEST_NUMBER else None
    async with asking.rooms.storage.open(asking.who.business) as books:
        found = await books.audit.page(before=until, limit=_PAGE + 1, subject=subject or None, subject_id=id_ or None)
        names, references = await names_of(books), await references_of(books, found)
    shown = found[:_PAGE]
    more = None
    if len(found) > _PAGE:
        more = desk_link("audit", subject=subject or None, id=id_ or None, before=shown[-1].number)
    return show(
        asking,
        "bookings/audit.html",
        {
            "lines": lines_of(shown, names=names, business=asking.business, clock=asking.clock, references=references),
            "subjects": SUBJECTS,
            "subject": subject,
            "subject_id": id_,
            "more": more,
        },
    )
