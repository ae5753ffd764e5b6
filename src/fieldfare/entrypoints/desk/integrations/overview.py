"""Whether everything agrees with the CRM: the connection, and what went wrong lately, in words."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.frame import frame_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.words.integrations import failure_sentence
from fieldfare.ports.integrations import IntegrationFailure

_MOST_FAILURES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """Something that went wrong."""

    sentence: str
    lasts: bool
    count: int
    first_at: int
    last_at: int


async def overview(asking: Asking) -> Response:
    """Show the state of the connection, and the failures: those that last first."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        frame = await frame_of(books, asking)
        failures = await books.integrations.failures.recent(limit=_MOST_FAILURES)
    linked = set(frame.connection.settings.technicians.values()) if frame.connection else set()
    return show(
        asking,
        "integrations/overview.html",
        {
            "frame": frame,
            "failures": _rows(failures),
            "missing": [one.name for one in asking.business.technicians if one.active and one.id not in linked],
        },
    )


def _rows(failures: tuple[IntegrationFailure, ...]) -> list[FailureRow]:
    """Write each sentence once: an outage is noted by all that it hinders."""
    rows: dict[tuple[str, bool], FailureRow] = {}
    for row in map(_row, failures):
        same = rows.get((row.sentence, row.lasts), row)
        rows[row.sentence, row.lasts] = FailureRow(
            sentence=row.sentence,
            lasts=row.lasts,
            count=row.count if same is row else same.count + row.count,
            first_at=min(same.first_at, row.first_at),
            last_at=max(same.last_at, row.last_at),
        )
    return list(rows.values())


def _row(failure: IntegrationFailure) -> FailureRow:
    return FailureRow(
        sentence=failure_sentence(failure),
        lasts=failure.over_at is None,
        count=failure.count,
        first_at=failure.first_at,
        last_at=failure.last_at,
    )
