"""What somebody on the phone wants: where, what, and who they are, as far as it is known; it travels in the address."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.addresses import Located
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.customers import Customer
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.looking_up import known_place
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import CrmContact
from fieldfare.ports.customers import BookingContact
from fieldfare.usecases.integrations.contacts import read_contact

CONTACT_SECONDS = 1.5
"""So long the CRM may take to say who a contact is, while somebody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An address as it was typed, the place that was found for it, the product, and the customer if they are known."""

    address: str = ""
    at: str = ""
    code: str = ""
    product: str = ""
    customer: str = ""
    contact: str = ""
    technician: str = ""

    @classmethod
    def of(cls, asking: Asking) -> Errand:
        """Read it from the address of the page, or from a form that has it along."""
        values = asking.form if asking.by_form else asking.query
        fields = ("address", "at", "code", "product", "customer", "contact", "technician")
        return cls(**{name: values.get(name, "").strip()[:300] for name in fields})

    @property
    def located(self) -> Located | None:
        """The place, once it was found."""
        return known_place(self.at, self.code, self.address)

    def asked(self, asking: Asking, tier: str | None, technician: str | None = None) -> Asked | None:
        """Give the engine's request; None as long as place or product are missing."""
        located = self.located
        product = next((one for one in asking.business.products if one.id == self.product), None)
        if located is None or product is None:
            return None
        return Asked(
            place=located.place,
            product=product.id,
            industry=product.industry,
            customer_tier=tier,
            technician=technician,
        )

    def query(self, **more: object) -> dict[str, str]:
        """Write it as it travels, with what is chosen beside."""
        own = {
            "address": self.address,
            "at": self.at,
            "code": self.code,
            "product": self.product,
            "customer": self.customer,
            "contact": self.contact,
            "technician": self.technician,
        }
        return {key: str(value) for key, value in {**own, **more}.items() if value not in {None, ""}}

    def link(self, *path: str, **more: object) -> str:
        """Give the address of a page of this errand."""
        return desk_link("book", *path, **self.query(**more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The customer of an errand, and what they said for their last visit; or a contact of the CRM who is none yet."""

    customer: Customer | None = None
    said: BookingContact | None = None
    contact: CrmContact | None = None

    @property
    def tier(self) -> str | None:
        """The tier that rule Z2 looks at."""
        return self.customer.tier if self.customer else None


async def caller_of(asking: Asking, errand: Errand) -> Caller:
    """Look the customer of an errand up; nobody where the member may not, or where they were erased."""
    if not asking.who.may(Permission.CUSTOMERS_READ):
        return Caller()
    if not errand.customer:
        outward = asking.rooms.outward
        if not errand.contact or outward is None:
            return Caller()
        contact = await read_contact(outward, asking.who.business, errand.contact, budget=CONTACT_SECONDS)
        return Caller(contact=contact)
    async with asking.rooms.storage.open(asking.who.business) as books:
        customer = await books.customers.find(errand.customer)
        if customer is None or customer.erased_at is not None:
            return Caller()
        bookings = await books.bookings.page(BookingFilter(customer=customer.id), after=None, limit=200)
        said = await books.customers.said_for([booking.id for booking in bookings])
    addressed = [said[one.id] for one in bookings if one.id in said and said[one.id].address is not None]
    return Caller(customer=customer, said=addressed[-1] if addressed else None)
