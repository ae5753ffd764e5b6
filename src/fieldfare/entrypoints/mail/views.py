"""What a mail about a visit is made of: plain values, gathered by whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.customers import Language
from fieldfare.ports.customers import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who is named in a mail or in a calendar, with their address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMail:
    """A visit, and what there is to say about it.

    `customer_name`, `address_lines` and `reason` are taken for words of the customer: nothing in them becomes a link.
    `uid` and `host` stay the same for all mails about a visit, and `sequence` grows whenever the visit is changed.
    `manage_url` is where the customer takes an offer, or moves and cancels a visit, until `change_until`.
    """

    kind: MessageKind
    language: Language
    business_name: str
    customer_name: str
    product_name: str
    reference: str
    uid: str
    host: str
    sequence: int
    start: int
    end: int
    time_zone: str
    previous_start: int | None = None
    estimated_start: int | None = None
    price: int | None = None
    currency: str = "CAD"
    address_lines: tuple[str, ...] = ()
    technician_name: str | None = None
    manage_url: str | None = None
    offer_until: int | None = None
    change_until: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse a mail that couldn't say what it is for; raises `ValueError`."""
        if self.kind is MessageKind.ESTIMATE_MOVED and self.estimated_start is None:
            raise ValueError("a mail about a new estimate needs the estimate")
        if self.kind is MessageKind.OFFERED and (self.manage_url is None or self.offer_until is None):
            raise ValueError("an offer needs a link and its end")
