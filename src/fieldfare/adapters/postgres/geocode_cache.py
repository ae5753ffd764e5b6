"""What geocoders have answered for one business, in its table; an answer holds addresses, its key does not."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.adapters.postgres.tables import geocodes
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place


class PostgresGeocodeCache:
    """The cache of one business; see `ports.geocode_cache.GeocodeCache`. Each call is a transaction of its own."""

    def __init__(self, storage: PostgresStorage, business: str) -> None:
        """Keep for whom it is."""
        self._storage = storage
        self._business = business

    async def get(self, key: bytes) -> tuple[Located, ...] | None:
        """Look an answer up; None if there is none, or if its time is over by the database's clock."""
        query = select(geocodes.c.results).where(
            geocodes.c.business_id == self._business, geocodes.c.key == key, geocodes.c.expires_at > func.now()
        )
        async with self._storage.open(self._business) as books:
            results = (await books.connection.execute(query)).scalar_one_or_none()
        return None if results is None else tuple(_located(record) for record in results)

    async def put(self, key: bytes, results: tuple[Located, ...], expires_at: int) -> None:
        """Remember an answer until an instant."""
        statement = insert(geocodes).values(
            business_id=self._business,
            key=key,
            results=[asdict(located) for located in results],
            expires_at=datetime.fromtimestamp(expires_at, UTC),
        )
        statement = statement.on_conflict_do_update(
            index_elements=["business_id", "key"],
            set_={"results": statement.excluded.results, "expires_at": statement.excluded.expires_at},
        )
        async with self._storage.open(self._business) as books:
            await books.connection.execute(statement)


def _located(record: dict[str, Any]) -> Located:
    return Located(**{**record, "place": Place(**record["place"]), "precision": Precision(record["precision"])})
