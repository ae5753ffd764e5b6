"""The zones of a scenario, with what they link and override."""

from __future__ import annotations

from fieldfare.domain.catalog import Override
from fieldfare.domain.zones import IndustryLink, Zone
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.known import Known, must_be_known, once
from fieldfare.entrypoints.scenario.schema_business import OverrideRecord, ZoneRecord


def read_zones(records: list[ZoneRecord], known: Known) -> tuple[Zone, ...]:
    """Read all zones; raises `ScenarioError`."""
    return tuple(_read_zone(record, known, f"business.zones[{place}]") for place, record in enumerate(records))


def _read_zone(record: ZoneRecord, known: Known, path: str) -> Zone:
    for place, boundary in enumerate(record.boundaries):
        must_be_known(boundary, known.boundaries, "boundary", f"{path}.boundaries[{place}]")
    once(record.boundaries, f"{path}.boundaries")
    for place, link in enumerate(record.industries):
        must_be_known(link.industry, known.industries, "industry", f"{path}.industries[{place}].industry")
    once((link.industry for link in record.industries), f"{path}.industries", "industry")
    for place, override in enumerate(record.overrides):
        must_be_known(override.product, known.products, "product", f"{path}.overrides[{place}].product")
    once((override.product for override in record.overrides), f"{path}.overrides", "product")
    return Zone(
        id=record.id,
        name=record.name,
        priority=record.priority,
        negative=record.negative,
        default=record.default,
        active=record.active,
        deleted=record.deleted,
        tiers=frozenset(record.tiers),
        boundaries=tuple(record.boundaries),
        industries=tuple(
            IndustryLink(industry=link.industry, sort=link.sort, active=link.active) for link in record.industries
        ),
        overrides=tuple(
            _read_override(override, f"{path}.overrides[{place}]") for place, override in enumerate(record.overrides)
        ),
    )


def _read_override(record: OverrideRecord, path: str) -> Override:
    raised = (
        ("price", "price_on", record.price_on, record.price),
        ("duration_minutes", "duration_on", record.duration_on, record.duration_minutes),
        ("name", "name_on", record.name_on, record.name),
        ("description", "description_on", record.description_on, record.description),
    )
    for key, flag, on, value in raised:
        if on and value is None:
            raise ScenarioError(f"{path}.{key}", f"is null although {flag} is true")
    return Override(
        product=record.product,
        price=record.price if record.price_on else None,
        duration_minutes=record.duration_minutes if record.duration_on else None,
        name=record.name if record.name_on else None,
        description=record.description if record.description_on else None,
    )
