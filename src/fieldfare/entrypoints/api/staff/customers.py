"""`/api/v1/staff/customers`: who the business knows, changed by staff, given out whole, and erased."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias

import orjson
from fastapi import Body, Depends, Query, Response

from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.customers import Customer, Language
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.customers import EmailText, LanguageTag, PhoneText, read_email, read_phone
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import customer_examples as examples
from fieldfare.entrypoints.api.staff.versions import IfMatch, etag_of, expected_of
from fieldfare.entrypoints.api.values import Body as Fields
from fieldfare.entrypoints.api.values import Line, Name, PageLimit, RecordId
from fieldfare.ports.customers import ContactTakenError
from fieldfare.usecases.bookings.acting import Plan
from fieldfare.usecases.businesses.refusals import InUseError
from fieldfare.usecases.customers.erase import Erase, erase_customer
from fieldfare.usecases.customers.export import UnknownCustomerError, bookings_of, export_customer
from fieldfare.usecases.customers.set_tier import (
    UNCHANGED,
    ChangeCustomer,
    ErasedCustomerError,
    UnreachableError,
    change_customer,
    version_of_customer,
)

router = JsonRouter(prefix="/api/v1/staff", tags=["customers"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.CUSTOMERS_READ))]
Writer: TypeAlias = Annotated[Member, Depends(requires(Permission.CUSTOMERS_WRITE))]

_DIGITS = re.compile(r"\+?[0-9()\s./-]{6,40}")


class CustomerChange(Fields):
    """What shall be otherwise; null takes an email, a phone or a tier away. What is left out stays."""

    name: Name | None = None
    email: EmailText | None = None
    phone: PhoneText | None = None
    language: LanguageTag | None = None
    consent: bool | None = None
    tier: Name | None = None


@router.get(
    "/customers",
    summary="List customers, or find them",
    responses=json_example({"items": [examples.CUSTOMER], "next": None}),
)
async def list_customers(
    rooms: InRooms,
    who: Reader,
    q: Annotated[
        Line | None,
        Query(max_length=254, description="An email, a phone in any form, or part of a name.", examples=["robin"]),
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> Response:
    """List customers, those who were known first at the top. Whoever was erased is listed without a name, not found."""
    after = None if cursor is None else str(parts_of(cursor, str)[0])
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = _wanted(q, countries=rooms.bias(business).countries)
    async with rooms.storage.open(who.business) as books:
        found = (
            await books.customers.search(**wanted, after=after, limit=limit + 1)
            if wanted
            else await books.customers.page(after=after, limit=limit + 1)
        )
    shown = found[:limit]
    return document(
        {
            "items": [write_customer(customer, business=business) for customer in shown],
            "next": cursor_of(shown[-1].id) if len(found) > limit else None,
        }
    )


@router.get("/customers/{id}", summary="Show a customer", responses=json_example(examples.WITH_BOOKINGS))
async def show_customer(id: RecordId, rooms: InRooms, who: Reader) -> Response:  # noqa: A002 - the path's word
    """Show a customer, with all visits and holds by start. The ETag is the version of the customer's own values."""
    business = (await current_business(rooms, who.business)).snapshot.business
    async with rooms.storage.open(who.business) as books:
        customer = await books.customers.find(id)
        if customer is None:
            raise Problem("not_found")
        bookings = await bookings_of(books, id)
    response = document(
        {
            **write_customer(customer, business=business),
            "bookings": [_write_visit(booking, business=business) for booking in bookings],
        }
    )
    response.headers["ETag"] = etag_of(version_of_customer(customer))
    return response


@router.patch(
    "/customers/{id}",
    summary="Change a customer",
    responses={
        **json_example(examples.CUSTOMER | {"tier": "gold"}),
        **problem_responses("conflict", "changed_meanwhile", "idempotency_mismatch"),
    },
)
async def alter_customer(  # noqa: PLR0917 - FastAPI gives each by its name
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[CustomerChange, Body(examples=[{"tier": "gold"}])],
    rooms: InRooms,
    who: Writer,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Change a customer's record; what was said for visits that are booked stays as it is.

    With the code `conflict` another customer has the email, or the customer was erased.
    """
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = _change(id, body, who, countries=rooms.bias(business).countries, expected=expected_of(if_match))
    return await _done(rooms, who, business, lambda desk: change_customer(desk, wanted), retried)


@router.get(
    "/customers/{id}/export",
    summary="Give out all that is known of a customer",
    responses=json_example(examples.EXPORT),
)
async def give_customer_out(id: RecordId, rooms: InRooms, who: Reader) -> Response:  # noqa: A002 - the path's word
    """Give out the record, visits with their contacts and addresses, waits, messages, and the trail's personal part."""
    try:
        async with rooms.storage.open(who.business) as books:
            return document(await export_customer(books, id))
    except UnknownCustomerError:
        raise Problem("not_found") from None


@router.post(
    "/customers/{id}/erase",
    summary="Erase a customer",
    responses={**json_example(examples.ERASED), **problem_responses("in_use", "idempotency_mismatch")},
)
async def forget_customer(id: RecordId, rooms: InRooms, who: Writer, retried: Retried) -> Response:  # noqa: A002
    """Erase everything personal, for good: values, contacts, addresses, links, the trail's personal part.

    Bookings stay, with a place that is a neighbourhood. With the code `in_use` a visit is asked for, held or stands:
    cancel first what `used_by` lists. Somebody who waits is taken off the waitlist. Twice is as good as once.
    """
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = Erase(customer=id, actor=who.actor)
    return await _done(rooms, who, business, lambda desk: erase_customer(desk, wanted), retried)


def write_customer(customer: Customer, *, business: Business) -> dict[str, Any]:
    """Write a customer's record; of one who was erased, all values are null."""
    clock, contact = clock_of(business.time_zone), customer.contact
    erased = customer.erased_at is not None
    return {
        "id": customer.id,
        "name": None if erased else contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language.value,
        "consent": contact.consent,
        "tier": customer.tier,
        "created_at": clock.iso(customer.created_at),
        "erased_at": None if customer.erased_at is None else clock.iso(customer.erased_at),
    }


def _write_visit(booking: Booking, *, business: Business) -> dict[str, Any]:
    clock = clock_of(business.time_zone)
    return {
        "id": booking.id,
        "reference": booking.reference,
        "status": booking.status.value,
        "start": clock.iso(booking.start),
        "end": clock.iso(booking.end),
        "technician": booking.technician,
        "product": {"id": booking.product, "name": booking.product_name},
    }


async def _done(rooms: Rooms, who: Member, business: Business, plan: Plan[Customer], retried: Retried) -> Response:
    """Carry a change out, and answer with the customer as they are then."""

    def write(customer: Customer) -> bytes:
        version = version_of_customer(customer)
        return orjson.dumps({"version": version, "shown": write_customer(customer, business=business)})

    async with _refusals(rooms, who):
        answer = orjson.loads(await rooms.acting.run(who.business, plan, write=write, once=retried.by(who)))
    response = document(answer["shown"])
    response.headers["ETag"] = etag_of(answer["version"])
    return response


@asynccontextmanager
async def _refusals(rooms: Rooms, who: Member) -> AsyncIterator[None]:
    async with booking_refusals(rooms, who.business, who):
        try:
            yield
        except UnknownCustomerError:
            raise Problem("not_found") from None
        except ErasedCustomerError:
            raise Problem("conflict", "The customer was erased.", reason="erased") from None
        except ContactTakenError:
            raise Problem("conflict", "Another customer has this email.", reason="email_taken") from None
        except UnreachableError:
            raise faulty("", "would leave neither an email nor a phone") from None
        except InUseError as error:
            raise Problem("in_use", used_by=list(error.used_by)) from None


def _change(
    customer: str, body: CustomerChange, who: Member, *, countries: Sequence[str], expected: str | None
) -> ChangeCustomer:
    sent = body.model_fields_set
    for kept in ("name", "language", "consent"):
        if kept in sent and getattr(body, kept) is None:
            raise faulty(kept, "must not be null")
    email = None if body.email is None else read_email(body.email, path="email")
    phone = None if body.phone is None else read_phone(body.phone, countries=countries, path="phone")
    language = None
    if body.language is not None:
        language = Language.FRENCH if body.language.lower().startswith("fr") else Language.ENGLISH
    return ChangeCustomer(
        customer=customer,
        actor=who.actor,
        name=None if body.name is None else " ".join(body.name.split()),
        email=email if "email" in sent else UNCHANGED,
        phone=phone if "phone" in sent else UNCHANGED,
        language=language,
        consent=body.consent,
        tier=body.tier if "tier" in sent else UNCHANGED,
        expected=expected,
    )


def _wanted(q: str | None, *, countries: Sequence[str]) -> dict[str, str]:
    """Say what a text is looked for as: what can be an email or a phone is one, all else is part of a name."""
    text = " ".join((q or "").split())
    if not text:
        return {}
    try:
        if "@" in text:
            return {"email": read_email(text, path="query.q")}
        if _DIGITS.fullmatch(text):
            return {"phone": read_phone(text, countries=countries, path="query.q")}
    except Problem:
        # Half of an email or of a phone: nobody's contact, but perhaps somebody's name.
        return {"name": text}
    return {"name": text}
