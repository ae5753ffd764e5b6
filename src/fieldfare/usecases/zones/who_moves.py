"""Tell which known customers another configuration would move to another zone, before anybody saves it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Business, Request
from fieldfare.domain.clock import clock_of
from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.engine.resolution import Resolver
from fieldfare.ports.bookings import LatestPlace
from fieldfare.ports.storage import Storage
from fieldfare.usecases.businesses.edit_record import ReadDocument, load
from fieldfare.usecases.businesses.keep_deleted import without_dangling


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One record as it would be; without a document it would be gone."""

    kind: RecordKind
    id: str
    document: Document | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A customer whose latest place would belong to another zone, or to none, or to one at last."""

    customer: LatestPlace
    before: Resolution
    after: Resolution

    @property
    def way(self) -> tuple[str, str]:
        """From where to where: ids of zones, or what the place is without one."""
        return standing_of(self.before), standing_of(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Of how many known customers which move, and the business as it is and as it would be."""

    known: int
    moves: tuple[Move, ...]
    present: Business
    drafted: Business

    @property
    def ways(self) -> list[tuple[tuple[str, str], int]]:
        """How many go which way, the most first."""
        counted = Counter(move.way for move in self.moves)
        return sorted(counted.items(), key=lambda way: (-way[1], way[0]))


async def who_moves(
    storage: Storage, drafts: Sequence[Draft], *, present: Business, read: ReadDocument, now: int
) -> Moves:
    """Resolve each known customer's latest place under the present business, and under its configuration with drafts.

    Raises `UnknownRecordError`, and what `read` raises for a draft that is not valid.
    """
    async with storage.open(present.id) as books:
        configuration = await load(books)
        places = await books.bookings.latest_places()
    document = drafted(configuration, drafts).document()

    def compared() -> Moves:
        _, after = read(document)
        moves = moves_between(present, after, places, now=now)
        return Moves(known=len(places), moves=moves, present=present, drafted=after)

    # A large business takes a second or two, in which others are served.
    return await asyncio.to_thread(compared)


def drafted(present: Configuration, drafts: Sequence[Draft]) -> Configuration:
    """Put drafts in place of what stands, as saving them would."""
    whole = present
    for draft in drafts:
        document = draft.document
        standing = present.records[draft.kind].get(draft.id)
        if document is None and draft.kind.keeps_deleted and standing is not None:
            document = {**standing, "deleted": True}
        whole = whole.with_record(draft.kind, draft.id, document)
    return without_dangling(whole)


def moves_between(before: Business, after: Business, places: Sequence[LatestPlace], *, now: int) -> tuple[Move, ...]:
    """List who would belong to another zone, by customer."""
    was, will_be = _resolving(before, now), _resolving(after, now)
    moves = (Move(customer=one, before=was(one), after=will_be(one)) for one in places)
    return tuple(move for move in moves if move.way[0] != move.way[1])


def standing_of(resolution: Resolution) -> str:
    """Give the zone's id, or what the place is without one, in brackets, which no id has."""
    return resolution.zone or f"({resolution.outcome.value})"


def _resolving(business: Business, now: int) -> Callable[[LatestPlace], Resolution]:
    resolver = Resolver(business, clock_of(business.time_zone).date_of(now))

    def resolve(known: LatestPlace) -> Resolution:
        resolution, _ = resolver.resolve(Request(place=known.place, product=known.product, customer_tier=known.tier))
        return resolution

    return resolve
