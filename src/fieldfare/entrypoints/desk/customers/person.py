"""A customer's page: who they are, all their visits, what they were told, and what can be changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

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
_LONGEST_TEXT = 254
_FIELDS = ("name", "email", "phone", "language", "consent", "tier")


async def show_person(asking: Asking) -> Response:
    """Show a customer."""
    return await _page(asking)


async def change_person(asking: Asking) -> Response:
    """Change what was typed anew of a customer's record; what was said for visits that are booked stays as it is.

    What somebody else has changed meanwhile stays, unless it is the same field: then both are shown, to choose.
    """
    faults, values = _read(asking)
    if faults:
        return await _page(asking, faults=faults, status=422)
    customer = await _found(asking)
    contested = _contested(asking, customer)
    if contested:
        return await _page(asking, faults=contested, status=409)
    wanted = ChangeCustomer(
        customer=customer.id, actor=asking.who.actor, expected=version_of_customer(customer), **values
    )
    fault = await _refused(asking, lambda desk: change_customer(desk, wanted))
    if fault is not None:
        return await _page(asking, faults={fault[0]: fault[1]}, status=409)
    return asking.go("customers", customer.id, notice="saved")


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
        return "", "Somebody else has changed this customer this very moment. Below is what you typed; save it again."
    return None


def _read(asking: Asking) -> tuple[dict[str, str], dict[str, Any]]:
    """Read the fields that were typed anew; the form has along what stood in each when it was opened."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    for key in _FIELDS:
        text = " ".join(asking.form.get(key, "").split())
        if text == asking.form.get(f"was_{key}", ""):
            continue
        try:
            values[key] = _value(asking, key, text)
        except Problem:
            faults[key] = f"This is no {key}."
        if len(text) > _LONGEST_TEXT or not text.isprintable():
            faults[key] = "This is too long." if text.isprintable() else "Leave out unusual characters."
    if "name" in values and not values["name"]:
        faults["name"] = "Enter a name."
    return faults, values


def _value(asking: Asking, key: str, text: str) -> Any:
    """Bring a field into the form in which it is kept; raises `Problem`."""
    match key:
        case "email":
            return read_email(text, path=key) if text else None
        case "phone":
            return read_phone(text, countries=asking.rooms.bias(asking.business).countries, path=key) if text else None
        case "language":
            return Language.FRENCH if text == Language.FRENCH.value else Language.ENGLISH
        case "consent":
            return text == "yes"
        case "tier":
            return text or None
        case _:
            return text


def _contested(asking: Asking, customer: Customer) -> dict[str, str]:
    """Name the fields that somebody else has changed as well since the form was opened."""
    standing = _texts_of(customer)
    found = {}
    for key in _FIELDS:
        was, text = asking.form.get(f"was_{key}", ""), " ".join(asking.form.get(key, "").split())
        if text != was and standing[key] not in {was, text}:
            theirs = standing[key] or "nothing"
            found[key] = f"Somebody else has written “{theirs}” here meanwhile. Save again to put yours in its place."
    return found


def _texts_of(customer: Customer) -> dict[str, str]:
    """Write a customer's record into the fields of the form."""
    contact = customer.contact
    return {
        "name": contact.name,
        "email": contact.email or "",
        "phone": contact.phone or "",
        "language": contact.language.value,
        "consent": "yes" if contact.consent else "",
        "tier": customer.tier or "",
    }


async def _found(asking: Asking) -> Customer:
    async with asking.rooms.storage.open(asking.who.business) as books:
        customer = await books.customers.find(_id(asking))
    if customer is None:
        raise Problem("not_found")
    return customer


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
    standing = _texts_of(customer)
    typed = standing
    if asking.by_form and "name" in asking.form:
        form = asking.form
        typed = {
            key: form.get(key, "") if form.get(key, "") != form.get(f"was_{key}", "") else value
            for key, value in standing.items()
        }
    products = {product.id: product.name or product.id for product in asking.business.products}
    return show(
        asking,
        "customers/customer.html",
        {
            "customer": customer,
            "standing": standing,
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
