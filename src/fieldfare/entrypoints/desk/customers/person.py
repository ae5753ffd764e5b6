"""A customer's page: who they are, all their visits, what they were told, and what can be changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from fieldfare.domain.customers import Customer, Language
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.customers import read_email, read_phone
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.facts import row_of
from fieldfare.entrypoints.desk.bookings.messages import message_rows
from fieldfare.entrypoints.desk.doing import carry_out
from fieldfare.entrypoints.desk.pages import show
from fieldfare.ports.customers import ContactTakenError, Message, WaitingStatus
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.businesses.refusals import InUseError
from fieldfare.usecases.customers.erase import Erase, erase_customer
from fieldfare.usecases.customers.export import UnknownCustomerError, bookings_of
from fieldfare.usecases.customers.set_tier import (
    ChangeCustomer,
    ErasedCustomerError,
    UnreachableError,
    change_customer,
    version_of_customer,
)

_MOST_MESSAGES = 20
_LONGEST_NAME = 200


async def show_person(asking: Asking) -> Response:
    """Show a customer."""
    return await _page(asking)


async def change_person(asking: Asking) -> Response:
    """Change a customer's record; what was said for visits that are booked stays as it is."""
    faults, values = _read(asking)
    if faults:
        return await _page(asking, faults=faults, status=422)
    wanted = ChangeCustomer(
        customer=_id(asking), actor=asking.who.actor, expected=asking.form.get("version") or None, **values
    )
    fault = await _refused(asking, lambda desk: change_customer(desk, wanted))
    if fault is not None:
        return await _page(asking, faults={fault[0]: fault[1]}, status=409)
    return asking.go("customers", _id(asking), notice="saved")


async def erase_person(asking: Asking) -> Response:
    """Erase a customer, once that is confirmed; refused while a visit stands."""
    if asking.form.get("sure") != "yes":
        return await _page(asking, faults={"sure": "Confirm that it can't be taken back."}, status=422)
    wanted = Erase(customer=_id(asking), actor=asking.who.actor)
    fault = await _refused(asking, lambda desk: erase_customer(desk, wanted))
    if fault is not None:
        return await _page(asking, faults={"sure": fault[1]}, status=409)
    return asking.go("customers", _id(asking), notice="erased")


async def _refused(asking: Asking, plan: Callable[[Desk], Awaitable[Act[Customer]]]) -> tuple[str, str] | None:
    """Carry a change out; gives the field and the words where it is refused."""
    sent = sorted((key, value) for key, value in asking.form.items() if key != "once")
    try:
        await carry_out(asking, plan, wish=f"{asking.path} {sent}")
    except UnknownCustomerError:
        raise Problem("not_found") from None
    except ErasedCustomerError:
        return "", "This customer was erased."
    except ContactTakenError:
        return "email", "Another customer has this email."
    except UnreachableError:
        return "email", "Keep an email or a phone, so that somebody can reach them."
    except InUseError:
        return "", "A visit of theirs is asked for, held, or stands. Cancel it first."
    except Problem as problem:
        if problem.code != "changed_meanwhile":
            raise
        return "", "Somebody else has changed this customer meanwhile. Below is what you typed; save again to keep it."
    return None


def _read(asking: Asking) -> tuple[dict[str, str], dict[str, Any]]:
    form = asking.form
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    name = " ".join(form.get("name", "").split())
    if not name or len(name) > _LONGEST_NAME:
        faults["name"] = "Enter a name." if not name else "This is too long."
    values["name"] = name
    readers: dict[str, Callable[[str], str]] = {
        "email": lambda text: read_email(text, path="email"),
        "phone": lambda text: read_phone(text, countries=asking.rooms.bias(asking.business).countries, path="phone"),
    }
    for key, read in readers.items():
        text = form.get(key, "").strip()
        try:
            values[key] = read(text) if text else None
        except (Problem, ValidationError):
            faults[key] = f"This is no {key}."
    values["language"] = Language.FRENCH if form.get("language") == "fr" else Language.ENGLISH
    values["consent"] = form.get("consent") == "yes"
    values["tier"] = form.get("tier", "").strip()[:_LONGEST_NAME] or None
    return faults, values


async def _page(asking: Asking, *, faults: dict[str, str] | None = None, status: int = 200) -> Response:
    id_ = _id(asking)
    async with asking.rooms.storage.open(asking.who.business) as books:
        customer = await books.customers.find(id_)
        if customer is None:
            raise Problem("not_found")
        bookings = await bookings_of(books, id_)
        said = await books.customers.said_for([booking.id for booking in bookings])
        waits = await books.waiting.page(statuses=tuple(WaitingStatus), customer=id_, after=None, limit=50)
        messages: list[Message] = []
        for booking in reversed(bookings[-_MOST_MESSAGES:]):
            messages += await books.messages.page(
                statuses=None, booking=booking.id, unsettled=False, before=None, limit=_MOST_MESSAGES
            )
    rows = [row_of(asking, booking, said.get(booking.id)) for booking in reversed(bookings)]
    contact = customer.contact
    typed = {
        "name": contact.name,
        "email": contact.email or "",
        "phone": contact.phone or "",
        "language": contact.language.value,
        "consent": "yes" if contact.consent else "",
        "tier": customer.tier or "",
    }
    if asking.by_form and "name" in asking.form:
        typed = dict.fromkeys(typed, "") | {key: asking.form[key] for key in typed if key in asking.form}
    products = {product.id: product.name or product.id for product in asking.business.products}
    return show(
        asking,
        "customers/customer.html",
        {
            "customer": customer,
            "version": version_of_customer(customer),
            "typed": typed,
            "faults": faults or {},
            "coming": [row for row in reversed(rows) if row.end > asking.now and row.badge != "bad"],
            "past": [row for row in rows if row.end <= asking.now or row.badge == "bad"],
            "waits": [(products.get(one.product, one.product), one) for one in waits],
            "messages": message_rows(sorted(messages, key=lambda one: one.id, reverse=True)[:_MOST_MESSAGES]),
            "may_write": asking.who.may(Permission.CUSTOMERS_WRITE) and customer.erased_at is None,
            "may_settle": asking.who.may(Permission.BOOKINGS_DECIDE),
        },
        status=status,
    )


def _id(asking: Asking) -> str:
    return str(asking.request.path_params["id"])
