"""Which form belongs to what: to each kind of record, and to the two halves of what a business says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.desk.settings.fields import Form
from fieldfare.entrypoints.desk.settings.form_business import BUSINESS
from fieldfare.entrypoints.desk.settings.form_catalogue import INDUSTRIES, PRODUCTS, RESOURCES
from fieldfare.entrypoints.desk.settings.form_fleet import SCHEDULES, TECHNICIANS
from fieldfare.entrypoints.desk.settings.form_places import HUBS
from fieldfare.entrypoints.desk.settings.form_policy import POLICY
from fieldfare.entrypoints.desk.settings.form_zones import ZONES

OWN: Mapping[str, Form] = {"business": BUSINESS, "policy": POLICY}
RECORDS: Mapping[RecordKind, Form] = {
    RecordKind.ZONES: ZONES,
    RecordKind.HUBS: HUBS,
    RecordKind.INDUSTRIES: INDUSTRIES,
    RecordKind.PRODUCTS: PRODUCTS,
    RecordKind.TECHNICIANS: TECHNICIANS,
    RecordKind.SCHEDULES: SCHEDULES,
    RecordKind.RESOURCES: RESOURCES,
}
"""In the order in which the desk lists them. Boundaries have pages of their own, on the map."""
