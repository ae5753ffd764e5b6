"""The form of hubs."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.every_record import ID_HINT, id_field, name_field
from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets_grouped import Spot

HUBS = Form(
    name="hubs",
    one="hub",
    many="Hubs",
    summary="Named points that cut the ground into patches which one technician can drive.",
    sentence="A hub is a named point. Every address belongs to its nearest hub, so hubs cut the ground into patches; "
    "with the lock, a technician's morning or afternoon stays within one patch.",
    rules="P5, F8",
    sections=(
        Section(
            title="The hub",
            fields=(
                id_field(hint=f"{ID_HINT} A title that begins with [H07] puts a visit to the hub H07."),
                name_field(),
                Field(
                    name="place",
                    label="Place",
                    keys=("lat", "lng"),
                    widget=Spot(),
                    hint="Latitude and longitude, or an address or postal code, which is looked up.",
                    rule="P5",
                    wide=True,
                ),
            ),
        ),
    ),
)
