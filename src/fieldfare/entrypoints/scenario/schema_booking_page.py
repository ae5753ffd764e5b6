"""What a business's document may say of its booking page."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from fieldfare.domain.booking_page import DEFAULT_BRAND, BookingPage, six_digits
from fieldfare.entrypoints.scenario.values import Many, Record

_LONGEST_LOGO = 140_000
"""Characters of base64: a picture of some 100 kB."""

COLOUR_PATTERN = r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"
PICTURE_PATTERN = r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$"
ORIGIN_PATTERN = r"^https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:([0-9]{1,5}|\*))?$"
PHONE_PATTERN = r"^[0-9+(). /x-]*$"
EMAIL_PATTERN = r"^([^\s@<>\"]+@[^\s@<>\"]+)?$"

_BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF"}


def _picture(uri: str) -> str:
    """Refuse what calls itself a picture and isn't one."""
    media, _, text = uri.removeprefix("data:").partition(";base64,")
    try:
        picture = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise PydanticCustomError("no_picture", "is not base64") from None
    if not picture.startswith(_BEGINNINGS[media]):
        raise PydanticCustomError("no_picture", "is not the kind of picture that it says")
    return uri


Colour: TypeAlias = Annotated[str, Field(pattern=COLOUR_PATTERN), AfterValidator(six_digits)]
Picture: TypeAlias = Annotated[
    str,
    Field(pattern=PICTURE_PATTERN, max_length=_LONGEST_LOGO),
    AfterValidator(_picture),
]
Origin: TypeAlias = Annotated[str, Field(pattern=ORIGIN_PATTERN)]


class BookingPageRecord(Record):
    """The booking page."""

    brand: Colour = DEFAULT_BRAND
    logo: Picture | None = None
    phone: Annotated[str, Field(max_length=40, pattern=PHONE_PATTERN)] = ""
    email: Annotated[str, Field(max_length=254, pattern=EMAIL_PATTERN)] = ""
    origins: Annotated[Many[Origin], Field(max_length=50)] = Field(default_factory=list)


def read_booking_page(record: BookingPageRecord) -> BookingPage:
    """Read what a business says of its booking page."""
    return BookingPage(
        brand=record.brand,
        logo=record.logo,
        phone=record.phone,
        email=record.email,
        origins=tuple(record.origins),
    )
