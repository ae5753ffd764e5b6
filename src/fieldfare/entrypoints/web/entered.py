"""What somebody entered about a customer and where to ring: read field by field, with what is wrong in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody, read_email, read_phone
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.web.forms import Form, choices_of
from fieldfare.entrypoints.web.tongues import Tongue

_CUSTOMER = ("name", "email", "phone")
_ADDRESS = ("street", "unit", "city", "postal_code", "notes")
FIELDS = (*_CUSTOMER, *_ADDRESS, "consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A form that was filled in: who and where, or what is wrong with it, by field, in words."""

    customer: CustomerBody | None = None
    address: AddressBody | None = None
    faults: dict[str, str] = field(default_factory=dict)


def read_entered(form: Form, *, tongue: Tongue, countries: Sequence[str], language: str | None = None) -> Entered:
    """Read the form; all faults at once, so that nobody mends them one by one.

    A phone without a country is one of the first of some countries in which it can be one. `language` is what the
    customer is written to in, where that is another than the page's.
    """
    values: dict[str, Any] = {key: form[key].strip() for key in _CUSTOMER if form.get(key, "").strip()}
    values |= {"language": language or tongue.language.value, "consent": form.get("consent") == "yes"}
    address = {key: form[key].strip() for key in _ADDRESS if form.get(key, "").strip()}
    customer, faults = _read(CustomerBody, values, tongue)
    served, address_faults = _read(AddressBody, address, tongue)
    faults |= _unreachable(values, tongue=tongue, countries=countries)
    if "" in faults:
        faults["email"] = tongue.say("Please give an email address or a phone number, so that we can reach you.")
        del faults[""]
    return Entered(
        customer=customer if isinstance(customer, CustomerBody) else None,
        address=served if isinstance(served, AddressBody) else None,
        faults={key: value for key, value in (faults | address_faults).items() if key in FIELDS},
    )


def said_of_contact(problem: Problem, tongue: Tongue) -> dict[str, str]:
    """Say what a contact or an address was refused for; raises the problem itself if it is about neither."""
    match problem.code:
        case "address_not_found":
            return {"street": tongue.say("We could not find this address. Please check it, or add the postal code.")}
        case "address_ambiguous":
            choices = "; ".join(one.formatted for one in choices_of(problem))
            return {"street": tongue.say("There are several such addresses: %(choices)s", choices=choices)}
        case _:
            raise problem


def _unreachable(values: dict[str, Any], *, tongue: Tongue, countries: Sequence[str]) -> dict[str, str]:
    """Say what is wrong with the ways to reach somebody, whatever else is wrong."""
    faults = {}
    for key, read in (("email", read_email), ("phone", partial(read_phone, countries=countries))):
        if key in values:
            try:
                read(values[key], path=key)
            except Problem:
                faults[key] = _contact_sentence(key, tongue)
    return faults


def _contact_sentence(key: str, tongue: Tongue) -> str:
    if key == "email":
        return tongue.say("This is no email address. It looks like name@example.com.")
    return tongue.say("This is no phone number. Please write it with its area code.")


def _read(kind: type[BaseModel], values: dict[str, Any], tongue: Tongue) -> tuple[BaseModel | None, dict[str, str]]:
    try:
        return kind.model_validate(values), {}
    except ValidationError as error:
        return None, {
            str(fault["loc"][0]) if fault["loc"] else "": _sentence(str(fault["loc"][:1]), fault["type"], tongue)
            for fault in error.errors()
        }


def _sentence(where: str, kind: str, tongue: Tongue) -> str:
    match kind:
        case "missing" | "blank" if "name" in where:
            return tongue.say("Please enter your name.")
        case "missing" | "blank" if "street" in where:
            return tongue.say("Please enter the street and its number.")
        case "string_too_long":
            return tongue.say("This is too long.")
        case "string_too_short":
            return tongue.say("This is too short.")
        case _:
            return tongue.say("This can't be read. Please leave out unusual characters.")
