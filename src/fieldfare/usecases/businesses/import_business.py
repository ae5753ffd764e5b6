"""Bring a business in from files, or bring it up to them: what it consists of, and commitments beside it."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.domain.configuration import Change, Configuration, changes_between
from fieldfare.ports.storage import Books, Storage
from fieldfare.usecases.businesses.apply import apply
from fieldfare.usecases.businesses.keep_deleted import with_deleted
from fieldfare.usecases.businesses.refusals import UnknownRecordError
from fieldfare.usecases.commitments.write_commitments import ReadCommitments, Source, Written, write_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What files say: a whole business that was checked when it was read, commitments, or both."""

    business: str
    configuration: Configuration | None = None
    commitments: ReadCommitments | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What differed, and was written."""

    changes: tuple[Change, ...]
    commitments: Written | None


class _RehearsalEnded(Exception):
    """Rolls back what was done to see what it does."""

    def __init__(self, done: Imported) -> None:
        super().__init__()
        self.done = done


async def import_business(
    storage: Storage, wanted: Import, *, actor: Actor, now: int, rehearsal: bool = False
) -> Imported:
    """Make the business what the files say, all of it or nothing; a rehearsal does it and takes it back.

    A record that the file lacks is deleted, softly; commitments are only added and changed. Raises `InUseError`,
    `UnknownRecordError`, `ForeignSourceError`, and what reads the commitments raises.
    """
    try:
        async with storage.open(wanted.business) as books:
            done = await _import(books, wanted, actor=actor, now=now)
            if rehearsal:
                raise _RehearsalEnded(done)
            return done
    except _RehearsalEnded as end:
        return end.done


async def _import(books: Books, wanted: Import, *, actor: Actor, now: int) -> Imported:
    standing = await books.configuration.load(for_change=True)
    changes: tuple[Change, ...] = ()
    if wanted.configuration is not None:
        new = with_deleted(standing, wanted.configuration)
        changes = await apply(books, old=standing, new=new, actor=actor, now=now)
        standing = new
    if standing is None:
        raise UnknownRecordError(wanted.business)
    if wanted.commitments is None:
        return Imported(changes=changes, commitments=None)
    commitments = wanted.commitments(standing)
    return Imported(changes=changes, commitments=await write_into(books, commitments, source=Source.FILE, actor=actor))


async def compare_business(storage: Storage, new: Configuration) -> tuple[Change, ...]:
    """Tell what an import would change."""
    async with storage.open(new.id) as books:
        old = await books.configuration.load()
        return tuple(changes_between(old, with_deleted(old, new)))


async def export_business(storage: Storage, business: str) -> Configuration | None:
    """Give a business as it is kept; None if there is no such business."""
    async with storage.open(business) as books:
        return await books.configuration.load()
