"""What `fieldfare business import` does: files first, all of them, then one write after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.cli.failures import CommandError
from fieldfare.entrypoints.files.differences import headline_of
from fieldfare.entrypoints.files.reading import CommitmentsFile, read_business_file, read_commitments_file
from fieldfare.entrypoints.scenario.business import read_business, read_commitments_of
from fieldfare.ports.storage import Storage
from fieldfare.usecases.businesses.import_business import import_business
from fieldfare.usecases.commitments.write_commitments import Source, write_commitments

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What is to be imported; of the commitments only the form has been checked."""

    business: Configuration | None
    commitments: CommitmentsFile | None
    named: str | None

    @classmethod
    def read(cls, *, file: str | None, commitments: str | None, business: str | None) -> Import:
        """Read the files; raises `ScenarioError`, `UnreadableError` and `CommandError`."""
        listed = None if commitments is None else read_commitments_file(commitments)
        if file is None:
            return cls(business=None, commitments=listed, named=business)
        found, whole = read_business_file(file)
        if business is not None and business != found.id:
            raise CommandError(f"the file is of {found.id!r}, not of {business!r}")
        if listed is not None:
            # Before anything is written.
            read_commitments_of(listed.documents, whole)
        return cls(business=found, commitments=listed, named=business)


async def run_import(wanted: Import, open_storage: OpenStorage, *, actor: Actor, now: int) -> Sequence[str]:
    """Write what was read, and tell it in lines; raises what is refused."""
    lines: list[str] = []
    async with open_storage() as storage:
        if wanted.business is not None:
            changes = await import_business(storage, wanted.business, actor=actor, now=now)
            lines += [headline_of(change, wanted.business.id) for change in changes]
            if not changes:
                lines.append(f"{wanted.business.id}: nothing to change")
        if wanted.commitments is not None:
            business = await _whose(wanted, storage)
            documents = wanted.commitments.documents

            def read(configuration: Configuration) -> tuple[Commitment, ...]:
                _, found = read_business(configuration.document())
                return read_commitments_of(documents, found)

            done = await write_commitments(storage, business, read, source=Source.FILE, actor=actor)
            changed = len(done.changed) - len(done.created)
            unchanged = len(done.kept) - len(done.changed)
            lines.append(
                f"{business}: {len(done.created)} commitments new, {changed} changed, {unchanged} as they were"
            )
    return lines


async def _whose(wanted: Import, storage: Storage) -> str:
    """Tell whose commitments they are: what a file says, what was named, or the only business that there is."""
    said = (
        wanted.business.id
        if wanted.business
        else wanted.named or (wanted.commitments.business if wanted.commitments else None)
    )
    found = said or await storage.sole_business()
    if found is None:
        raise CommandError("say whose commitments they are: --business ID")
    return found
