"""The industries and products of a scenario."""

from __future__ import annotations

from fieldfare.domain.catalog import Industry, Product
from fieldfare.entrypoints.scenario.known import Known, must_be_known, resources_must_be_known
from fieldfare.entrypoints.scenario.schema_business import IndustryRecord, ProductRecord


def read_industries(records: list[IndustryRecord]) -> tuple[Industry, ...]:
    """Read all industries."""
    return tuple(Industry(id=record.id, name=record.name, active=record.active) for record in records)


def read_products(records: list[ProductRecord], known: Known) -> tuple[Product, ...]:
    """Read all products; raises `ScenarioError`."""
    return tuple(_read_product(record, known, f"business.products[{place}]") for place, record in enumerate(records))


def _read_product(record: ProductRecord, known: Known, path: str) -> Product:
    must_be_known(record.industry, known.industries, "industry", f"{path}.industry")
    resources_must_be_known(record.resources, known, f"{path}.resources")
    return Product(
        id=record.id,
        industry=record.industry,
        price=record.price,
        name=record.name,
        description=record.description,
        duration_minutes=record.duration_minutes,
        skills=frozenset(record.skills),
        resources=record.resources,
        active=record.active,
    )
