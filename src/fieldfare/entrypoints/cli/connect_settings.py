"""A file of choices for `fieldfare connect ghl --settings`: TOML, in the form that the staff API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fieldfare.domain.connections import BookingField
from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from fieldfare.domain.connections import ConnectionSettings
    from fieldfare.ports.crm import Crm

FIELD_NAMES: Final = {
    BookingField.REFERENCE: "Fieldfare reference",
    BookingField.MANAGE_LINK: "Fieldfare manage link",
    BookingField.BOOKING_LINK: "Fieldfare booking link",
    BookingField.STATUS: "Fieldfare status",
    BookingField.START: "Fieldfare start",
    BookingField.PRODUCT: "Fieldfare product",
    BookingField.TECHNICIAN: "Fieldfare technician",
    BookingField.ADDRESS: "Fieldfare address",
    BookingField.PRICE: "Fieldfare price",
}
"""What custom fields are called that are made for us: their keys follow from that, `contact.fieldfare_manage_link`."""


def read_settings_file(file: str) -> ConnectionSettings:
    """Read a file; raises `CommandError` with a line for each fault."""
    from pydantic import ValidationError

    from fieldfare.entrypoints.api.staff.integration_shapes import SettingsBody
    from fieldfare.entrypoints.cli import streams
    from fieldfare.entrypoints.files.toml_text import parse_toml
    from fieldfare.entrypoints.scenario.errors import ScenarioError

    try:
        with streams.opened(file) as stream:
            text = streams.whole(stream)
        return SettingsBody.model_validate(parse_toml(text, file)).read()
    except streams.UnreadableError as error:
        raise CommandError(str(error)) from None
    except ScenarioError as error:
        raise CommandError(error.message) from None
    except ValidationError as error:
        raise CommandError(_faults(file, error)) from None


def _faults(file: str, error: ValidationError) -> str:
    """Say what is wrong in a file, with a line for each fault."""
    from fieldfare.entrypoints.api.sentences import faults_of

    found = faults_of(error.errors(include_input=False, include_url=False))
    return "\n".join(f"{file}: {path}: {message}" for path, message in found)


async def with_fields(crm: Crm, settings: ConnectionSettings) -> None:
    """Make the custom fields that settings name by key and the location doesn't have."""
    known = {key for field in await crm.fields() for key in (field.id, field.key)}
    for name, key in settings.fields.items():
        if key not in known:
            made = await crm.create_field(FIELD_NAMES[name])
            if key not in {made.id, made.key}:
                raise CommandError(f"fields.{name.value}: GoHighLevel calls the new field {made.key}, not {key}")
