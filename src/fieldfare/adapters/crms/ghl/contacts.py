"""Contacts: written without touching what others own, found by email, phone or words, and always of this account."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.operations import (
    CHANGE_CONTACT,
    FIND_DUPLICATE,
    GET_CONTACT,
    LIST_CONTACTS,
    SEARCH_CONTACTS,
    UPSERT_CONTACT,
)
from fieldfare.adapters.crms.ghl.picking import Row, inner, listed, parts, plain, text
from fieldfare.ports.crm import (
    CrmContact,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmPerson,
    CrmRefusedError,
)

LONGEST_QUERY = 75
MOST_FOUND = 100
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The contacts of one account."""

    caller: Caller
    catalogue: Catalogue
    account: str

    async def upsert(self, person: CrmPerson) -> str:
        """Find or make a contact, and give its id.

        Of one that is there only what is blank is filled in: the rest is the office's. Tags are never sent: they would
        replace all there are. Custom fields are written one by one, in the same call: those that aren't named stay.
        """
        phone = await self._phone(person)
        written = {
            "name": person.name,
            "email": person.email,
            "phone": phone,
            "address1": person.street,
            "postalCode": person.postal_code,
        }
        values = {key: value for key, value in written.items() if value}
        fields: dict[str, Any] = {"customFields": _written_fields(person.fields)} if person.fields else {}
        known = await self._known(email=person.email, phone=phone)
        if known is None:
            return await self._made(values, fields, email=person.email, phone=phone)
        # An address is a whole: half of an old one and half of a new one lead nowhere.
        addressed = bool(text(known, "address1", "city", "postalCode"))
        held = {"address1", "postalCode"} if addressed else set[str]()
        blank = {key: value for key, value in values.items() if key not in held and not text(known, key)}
        id_ = text(known, "id", "_id")
        if blank or fields:
            await self.caller.call(CHANGE_CONTACT, id_=id_, body={**blank, **fields})
        return id_

    async def get(self, id_: str) -> CrmContact | None:
        """Read a contact; one of another account is none."""
        try:
            body = await self.caller.call(GET_CONTACT, id_=id_)
        except CrmNotFoundError:
            return None
        row = inner(body, "contact")
        return _contact(row, await self._country()) if text(row, "id", "_id") and self._ours(row) else None

    async def search(self, query: str, *, limit: int) -> tuple[CrmContact, ...]:
        """Search by an email or a phone exactly, by anything else in the vendor's way, the best matches first."""
        words = " ".join(query.split())[:LONGEST_QUERY]
        if not words or limit < 1:
            return ()
        if _EMAIL.fullmatch(words):
            return (await self._exactly(email=words.lower(), phone=None))[:limit]
        if _PHONE.fullmatch(words) and (phone := e164(words, await self._country())):
            return (await self._exactly(email=None, phone=phone))[:limit]
        try:
            rows = await self._search({"query": words}, limit=limit)
        except (CrmRefusedError, CrmNotFoundError):
            # The search's shape is in no specification; the old list's is.
            params = {"locationId": self.account, "query": words, "limit": str(min(limit, MOST_FOUND))}
            rows = listed(await self.caller.call(LIST_CONTACTS, params=params), "contacts")
        return tuple(sorted(await self._read(rows), key=lambda contact: _rank(contact, words)))[:limit]

    async def set_fields(self, contact: str, values: Mapping[str, str]) -> None:
        """Write custom fields; those that are read back have another shape than those that are written."""
        fields = _written_fields(values)
        if fields:
            await self.caller.call(CHANGE_CONTACT, id_=contact, body={"customFields": fields})

    async def _phone(self, person: CrmPerson) -> str | None:
        """Give a phone as it is written; one that can be none is better left out than a reason to refuse it all."""
        abroad = (person.phone or "").startswith("+")
        country = await self._country() if person.phone and not abroad else None
        return e164(person.phone, country) or (None if person.email else person.phone)

    async def _known(self, *, email: str | None, phone: str | None) -> Row | None:
        """Look for the contact of an email, else of a phone; None too where the vendor won't say: then it decides."""
        try:
            rows = await self._duplicate(email=email, phone=phone) if email or phone else []
        except (CrmRefusedError, CrmNotFoundError):
            return None
        return next((row for row in rows if text(row, "id", "_id") and self._ours(row)), None)

    async def _made(
        self, values: Mapping[str, str], fields: Mapping[str, Any], *, email: str | None, phone: str | None
    ) -> str:
        try:
            answer = await self.caller.call(UPSERT_CONTACT, body={"locationId": self.account, **values, **fields})
        except CrmRefusedError:
            # Some accounts refuse to write a contact that they find twice, or by its phone alone.
            found = await self._exactly(email=email, phone=phone)
            if not found:
                raise
            if fields:
                await self.caller.call(CHANGE_CONTACT, id_=found[0].id, body=fields)
            return found[0].id
        row = inner(answer, "contact") or answer
        if not self._ours(row):
            raise CrmRefusedError("GoHighLevel answered with another account's contact")
        if not (id_ := text(row, "id", "_id")):
            raise CrmOutcomeUnknownError("the answer doesn't name the contact")
        return id_

    async def _exactly(self, *, email: str | None, phone: str | None) -> tuple[CrmContact, ...]:
        asked = {"email": email, "phone": phone}
        filters = [{"field": key, "operator": "eq", "value": value} for key, value in asked.items() if value]
        if not filters:
            return ()
        try:
            rows = await self._search({"filters": [{"group": "OR", "filters": filters}]}, limit=5)
        except (CrmRefusedError, CrmNotFoundError):
            rows = await self._duplicate(email=email, phone=phone)
        return await self._read(rows)

    async def _search(self, asked: Mapping[str, Any], *, limit: int) -> list[Row]:
        body = {"locationId": self.account, "page": 1, "pageLimit": min(limit, MOST_FOUND), **asked}
        return listed(await self.caller.call(SEARCH_CONTACTS, body=body), "contacts")

    async def _duplicate(self, *, email: str | None, phone: str | None) -> list[Row]:
        known = {"email": email, "number": phone}
        params = {"locationId": self.account, **{key: value for key, value in known.items() if value}}
        # It stands before a write, which is tried again as a whole.
        row = inner(await self.caller.call(FIND_DUPLICATE, params=params, patient=False), "contact")
        return [row] if row else []

    async def _read(self, rows: Sequence[Row]) -> tuple[CrmContact, ...]:
        country = await self._country()
        return tuple(_contact(row, country) for row in rows if text(row, "id", "_id") and self._ours(row))

    async def _country(self) -> str | None:
        return (await self.catalogue.account()).country

    def _ours(self, row: Row) -> bool:
        return text(row, "locationId") in {"", self.account}


def _written_fields(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": id_, "field_value": value} for id_, value in values.items()]


def e164(phone: str | None, country: str | None) -> str | None:
    """Bring a phone number into E.164, one without a country's code by that of the account; None if it can't be one."""
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _contact(row: Row, country: str | None) -> CrmContact:
    written, name = text(row, "phone"), text(row, "name", "contactName", "fullNameLowerCase")
    tags = row.get("tags")
    return CrmContact(
        id=text(row, "id", "_id"),
        name=name or f"{text(row, 'firstName')} {text(row, 'lastName')}".strip(),
        email=text(row, "email").lower() or None,
        phone=e164(written, country) or written or None,
        street=text(row, "address1", "address"),
        city=text(row, "city"),
        state=text(row, "state"),
        postal_code=text(row, "postalCode") or None,
        country=text(row, "country") or None,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        fields={text(part, "id"): value_of(part) for part in parts(row, "customFields") if text(part, "id")},
    )


def value_of(part: Row) -> str:
    """Read a custom field's value, which has another name with contacts than with opportunities, and many types."""
    for name in ("value", "fieldValue", "field_value", "fieldValueString"):
        value = part.get(name)
        if isinstance(value, list):
            return ", ".join(plain(str(each)) for each in value if isinstance(each, str | int | float))
        if isinstance(value, str | int | float):
            return plain(str(value))
    return ""


def _rank(contact: CrmContact, words: str) -> int:
    """Count the words that a contact doesn't hold."""
    held = " ".join((contact.name, contact.email or "", contact.phone or "", contact.address)).lower()
    return sum(word not in held for word in words.lower().split())
