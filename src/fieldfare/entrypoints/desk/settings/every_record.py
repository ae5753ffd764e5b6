"""Fields that several kinds of records have."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.fields import Field
from fieldfare.entrypoints.desk.settings.widgets import Check, Text

ID_HINT = "1 to 64 of letters, digits and _ . : - . It stays as it is: calendars and programs know the record by it."


def id_field(key: str = "id", label: str = "Id", hint: str = ID_HINT) -> Field:
    """Describe the id, which is given once."""
    return Field(name=key, label=label, path=(key,), widget=Text(required=True), hint=hint, default="", when_new=True)


def name_field(hint: str = "") -> Field:
    """Describe the name."""
    return Field(name="name", label="Name", path=("name",), widget=Text(), default="", hint=hint)


def active_field(hint: str) -> Field:
    """Describe the tick that says whether the record counts."""
    return Field(name="active", label="Active", path=("active",), widget=Check(), default=True, hint=hint)
