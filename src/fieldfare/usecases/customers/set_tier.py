"""Change what is known of a customer, the tier among it: only staff do, and the CRM."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum, auto
from typing import Any, Final, Literal

from fieldfare.domain.actors import Actor
from fieldfare.domain.customers import Contact, Customer, Language
from fieldfare.ports.storage import Books, Entry, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.businesses.edit_record import version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.customers.export import UnknownCustomerError

SUBJECT = "customers"


class _Unchanged(Enum):
    UNCHANGED = auto()


UNCHANGED: Final = _Unchanged.UNCHANGED
"""Stands for what is to stay, where None takes a value away."""

_Stays = Literal[_Unchanged.UNCHANGED]


class ErasedCustomerError(Exception):
    """The customer was erased: there is nothing to change any more."""


class UnreachableError(ValueError):
    """A customer has to keep an email or a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer:
    """What shall be otherwise; `expected` is the version that the change was made for, None for any."""

    customer: str
    actor: Actor
    name: str | None = None
    email: str | _Stays | None = UNCHANGED
    phone: str | _Stays | None = UNCHANGED
    language: Language | None = None
    consent: bool | None = None
    tier: str | _Stays | None = UNCHANGED
    expected: str | None = None


async def change_customer(_: Desk, wanted: ChangeCustomer) -> Act[Customer]:
    """Plan a change of a customer's record; the contacts of visits that were booked stay as they were given.

    Raises `UnknownCustomerError`, `ErasedCustomerError`, `UnreachableError`, `ChangedMeanwhileError` and
    `ContactTakenError`.
    """

    async def act(books: Books) -> Customer:
        before = await books.customers.find(wanted.customer, for_change=True)
        if before is None:
            raise UnknownCustomerError
        if before.erased_at is not None:
            raise ErasedCustomerError
        if wanted.expected is not None and wanted.expected != version_of_customer(before):
            raise ChangedMeanwhileError(f"customers/{before.id} is another version")
        after = _changed(before, wanted)
        if after != before:
            await books.customers.change(after)
            await _write_down(books, before, after, actor=wanted.actor)
        return after

    return act


def version_of_customer(customer: Customer) -> str:
    """Sum a record up: another version of it has another sum."""
    return version_of({**_personal(customer.contact), "tier": customer.tier, "erased": customer.erased_at})


def _changed(customer: Customer, wanted: ChangeCustomer) -> Customer:
    contact = customer.contact
    after = Contact(
        name=contact.name if wanted.name is None else wanted.name,
        email=contact.email if wanted.email is UNCHANGED else wanted.email,
        phone=contact.phone if wanted.phone is UNCHANGED else wanted.phone,
        language=wanted.language or contact.language,
        consent=contact.consent if wanted.consent is None else wanted.consent,
    )
    if after.email is None and after.phone is None:
        raise UnreachableError
    return replace(customer, contact=after, tier=customer.tier if wanted.tier is UNCHANGED else wanted.tier)


async def _write_down(books: Books, before: Customer, after: Customer, *, actor: Actor) -> None:
    """Write the line of the trail: the tier in the open, whatever else has changed where it can be erased."""
    was, is_ = _personal(before.contact), _personal(after.contact)
    changed = [name for name in is_ if was[name] != is_[name]]
    personal = Personal(
        customer=after.id,
        before={name: was[name] for name in changed},
        after={name: is_[name] for name in changed},
    )
    entry = Entry(
        actor=actor,
        action="change",
        subject=SUBJECT,
        subject_id=after.id,
        before={"tier": before.tier},
        after={"tier": after.tier, "changed": changed},
        personal=personal if changed else None,
    )
    await books.audit.write([entry])


def _personal(contact: Contact) -> dict[str, Any]:
    values = {field.name: getattr(contact, field.name) for field in fields(contact)}
    return values | {"language": contact.language.value}
