"""What a refused choice is about, in the words of the pages: who and what has a name is called by it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fieldfare.domain.business import Business
from fieldfare.domain.connections import BookingField, ConnectionSettings
from fieldfare.usecases.integrations.fit_settings import EVERY_PRODUCT
from fieldfare.usecases.integrations.options import Options

FIELDS: Mapping[BookingField, str] = {
    BookingField.MANAGE_LINK: "The link by which customers move or cancel their visit",
    BookingField.BOOKING_LINK: "The link by which a customer chooses a slot, for the pipeline",
    BookingField.REFERENCE: "The booking's reference",
    BookingField.STATUS: "Where the booking stands",
    BookingField.START: "When the visit is",
    BookingField.PRODUCT: "What was booked",
    BookingField.TECHNICIAN: "Who comes",
    BookingField.ADDRESS: "The service address",
    BookingField.PRICE: "The price",
}
"""What can be written into custom fields of a contact."""

_PATH = re.compile(
    r"(technicians|calendars|products|targets|fields)\.(.+?)(?:\.(?:calendar|service|service_location))?"
)
_STAGE = re.compile(r"stages\[(\d+)\]\.\w+")


def subject_of(path: str, *, settings: ConnectionSettings, options: Options, business: Business) -> str:
    """Name what stands at a path of the choices, so that a message can follow it in the same sentence."""
    if found := _STAGE.fullmatch(path):
        stage = settings.stages[int(found[1])].stage
        return next((one.name for pipeline in options.pipelines for one in pipeline.stages if one.id == stage), stage)
    found = _PATH.fullmatch(path)
    if found is None:
        return path
    kind, id_ = found[1], found[2]
    match kind:
        case "technicians":
            return next((user.name for user in options.users if user.id == id_), "A user who was chosen before")
        case "fields":
            return f'The field for "{FIELDS[BookingField(id_)]}"'
        case "targets":
            products = {one.id: one.name or one.id for one in business.products} | {
                EVERY_PRODUCT: "every other product"
            }
            return f"Where {products.get(id_, id_)} is written"
        case _:
            listed = {one.id: one.name for one in options.calendars} | {one.id: one.name for one in options.services}
            name = listed.get(id_, "a calendar or service that was chosen before")
            return name if kind == "calendars" and id_ in listed else f"What is chosen for {name}"
