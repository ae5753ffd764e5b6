"""Customers: who they are, how they are reached, and the address at which they are visited (rule B12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language that customers are written to in."""

    ENGLISH = "en"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a customer says of themselves: an email in lower case, a phone in E.164; at least one of the two."""

    name: str
    email: str | None = None
    phone: str | None = None
    language: Language = Language.ENGLISH
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddress:
    """Where the technician rings: the street with its number and town, the unit, and how to get in."""

    street: str
    unit: str = ""
    notes: str = ""
    postal_code: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as it is shown, without the notes."""
        return tuple(line for line in (self.street, self.unit, self.postal_code or "") if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody whom the business knows. The tier is set by staff or by the CRM only; erased, nothing else is left."""

    id: str
    contact: Contact
    tier: str | None = None
    created_at: int
    erased_at: int | None = None
