"""The form of who a business is, how its drives are reckoned, and what its booking page looks like."""

from __future__ import annotations

from fieldfare.domain.booking_page import DEFAULT_BRAND
from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Lines, Text
from fieldfare.entrypoints.desk.settings.widgets_grouped import Drives, Spot

BUSINESS = Form(
    name="business",
    one="business",
    many="Business",
    summary="Name, clock, money, headquarters, how drives are reckoned, and the booking page.",
    sentence="Who you are, the clock and the money that everything is reckoned in, and what your booking page looks "
    "like. The headquarters are where a technician's day starts and ends who has no depot of their own.",
    rules="C2, P1, T1, T6",
    sections=(
        Section(
            title="The business",
            fields=(
                Field(
                    name="name", label="Name", path=("name",), widget=Text(required=True), hint="As customers read it."
                ),
                Field(
                    name="time_zone",
                    label="Time zone",
                    path=("time_zone",),
                    widget=Text(required=True),
                    hint="By its IANA name, such as America/Toronto. All hours, blocks and dates are read in it.",
                ),
                Field(
                    name="currency",
                    label="Currency",
                    path=("currency",),
                    widget=Text(required=True),
                    default="CAD",
                    hint="Three capital letters. Default: CAD. Prices are kept in its smallest unit and are not "
                    "converted when it changes.",
                    rule="C2",
                ),
                Field(
                    name="hq",
                    label="Headquarters",
                    path=("hq",),
                    widget=Spot(),
                    hint="Latitude and longitude, or an address or postal code, which is looked up.",
                    rule="T3",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="How drives are reckoned",
            sentence="Without a road network the drive is the distance as the crow flies, made longer by the circuity, "
            "at an even speed. A server that is set up for a road network asks that one, and keeps this for when it "
            "fails.",
            fields=(
                Field(
                    name="travel",
                    label="Travel model",
                    path=("travel",),
                    widget=Drives(),
                    hint="Default: circuity 1.3 and 45 km/h.",
                    rule="T6",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="The booking page",
            sentence="What customers see at your own booking page, and where it may be embedded.",
            fields=(
                Field(
                    name="brand",
                    label="Colour",
                    path=("booking_page", "brand"),
                    widget=Text(type="color"),
                    default=DEFAULT_BRAND,
                    hint=f"Of buttons and marks; text on it stays legible. Default: {DEFAULT_BRAND}.",
                ),
                Field(
                    name="phone",
                    label="Phone",
                    path=("booking_page", "phone"),
                    widget=Text(type="tel"),
                    default="",
                    hint="For customers who would rather call. Empty: none is shown.",
                ),
                Field(
                    name="email",
                    label="Email",
                    path=("booking_page", "email"),
                    widget=Text(type="email"),
                    default="",
                    hint="For customers who would rather write. Empty: none is shown.",
                ),
                Field(
                    name="origins",
                    label="Sites that may embed it",
                    path=("booking_page", "origins"),
                    widget=Lines(),
                    default=[],
                    hint="One a line, such as https://www.example.com or https://*.example.com. Empty: none may.",
                ),
                Field(
                    name="logo",
                    label="Logo",
                    path=("booking_page", "logo"),
                    widget=Text(long=True, nullable=True),
                    default=None,
                    hint="A data: URI of a PNG, JPEG or WebP picture of up to 100 kB. Empty: the name alone.",
                    wide=True,
                ),
            ),
        ),
    ),
)
