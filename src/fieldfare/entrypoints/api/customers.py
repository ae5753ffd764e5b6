"""What a customer types about themselves, brought into one form: emails in lower case, phones in E.164."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import email_validator
import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from fieldfare.domain.customers import Contact, Language, ServiceAddress
from fieldfare.domain.places import normalise_postal_code
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.public.shapes import PostalCode
from fieldfare.entrypoints.api.values import Body, Line, Name, Prose

_LONGEST_EMAIL = 254

# Names that no stranger's mail reaches, such as .local: a business may well have customers in its own network, and
# whether mail gets there is the mail server's to say. Editing the list is how the library is told.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

EmailText = Annotated[Line, Field(min_length=3, max_length=_LONGEST_EMAIL)]
PhoneText = Annotated[Line, Field(min_length=3, max_length=40)]
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class CustomerBody(Body):
    """Who a visit is for, with an email or a phone, or both."""

    name: Name = Field(examples=["Robin Doe"])
    email: EmailText | None = Field(default=None, examples=["robin@example.com"])
    phone: PhoneText | None = Field(
        default=None,
        description="In any form that people write; without a country code it is one of the business's country.",
        examples=["(905) 555-0134"],
    )
    language: LanguageTag = Field(
        default="en", description="What the customer is written to in: English or French.", examples=["en"]
    )
    consent: bool = Field(default=False, description="Whether they agreed to hear of more than their visits.")

    @model_validator(mode="after")
    def _reachable(self) -> CustomerBody:
        if self.email is None and self.phone is None:
            raise PydanticCustomError("unreachable", "needs an email or a phone")
        return self


class AddressBody(Body):
    """Where the technician rings (rule B12)."""

    street: Name = Field(description="Number and street.", examples=["1225 Trafalgar Road"])
    city: Line = Field(default="", max_length=100, examples=["Oakville"])
    province: Line = Field(default="", max_length=100, examples=["ON"])
    unit: Line = Field(default="", max_length=60, examples=["Unit 4"])
    postal_code: PostalCode | None = Field(default=None, examples=["L6H 0H3"])
    notes: Prose = Field(default="", max_length=1_000, description="How to get in.", examples=["Ring twice."])


def read_contact(body: CustomerBody, *, countries: Sequence[str], path: str = "customer") -> Contact:
    """Bring a customer's words into form; raises `Problem` for an email or a phone that can't be one."""
    return Contact(
        name=_tidy(body.name),
        email=None if body.email is None else read_email(body.email, path=f"{path}.email"),
        phone=None if body.phone is None else read_phone(body.phone, countries=countries, path=f"{path}.phone"),
        language=Language.FRENCH if body.language.lower().startswith("fr") else Language.ENGLISH,
        consent=body.consent,
    )


def read_email(text: str, *, path: str) -> str:
    """Normalise an email, in lower case; raises `Problem`."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise faulty(path, "is no email address") from None


def read_phone(text: str, *, countries: Sequence[str], path: str) -> str:
    """Bring a phone number into E.164, read in the first of some countries where it names none; raises `Problem`."""
    for country in (*countries, None):
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise faulty(path, "is no phone number; write it with its area code")


def read_address(body: AddressBody) -> ServiceAddress:
    """Bring a service address into form."""
    return ServiceAddress(
        street=", ".join(part for part in (_tidy(body.street), _tidy(body.city), _tidy(body.province)) if part),
        unit=_tidy(body.unit),
        notes=body.notes.strip(),
        postal_code=normalise_postal_code(body.postal_code),
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())
