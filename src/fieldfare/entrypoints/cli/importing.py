"""What `fieldfare business import` does: files first, all of them, then one transaction."""

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
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.commitments.write_commitments import ReadCommitments

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What is to be imported; of the commitments only the form has been checked unless their business is here, too."""

    business: Configuration | None
    commitments: CommitmentsFile | None
    named: str | None
    """Whose they are, if anybody or any file says it."""

    @classmethod
    def read(cls, *, file: str | None, commitments: str | None, business: str | None) -> Files:
        """Read the files; raises `ScenarioError`, `UnreadableError` and `CommandError`."""
        listed = None if commitments is None else read_commitments_file(commitments)
        found, whole = (None, None) if file is None else read_business_file(file)
        said = [id_ for id_ in (found and found.id, listed and listed.business, business) if id_]
        if len(set(said)) > 1:
            raise CommandError(f"one import is for one business, and this is for {' and '.join(dict.fromkeys(said))}")
        if listed is not None and whole is not None:
            read_commitments_of(listed.documents, whole)
        return cls(business=found, commitments=listed, named=said[0] if said else None)


async def run_import(
    files: Files, open_storage: OpenStorage, *, actor: Actor, now: int, rehearsal: bool
) -> Sequence[str]:
    """Write what was read, all of it or nothing, and tell it in lines; raises what is refused."""
    async with open_storage() as storage:
        business = files.named or await storage.sole_business()
        if business is None:
            raise CommandError("say whose commitments they are: --business ID")
        commitments = None if files.commitments is None else _reading(files.commitments)
        wanted = Import(business=business, configuration=files.business, commitments=commitments)
        done = await import_business(storage, wanted, actor=actor, now=now, rehearsal=rehearsal)
    lines = [headline_of(change, business) for change in done.changes]
    if files.business is not None and not done.changes:
        lines.append(f"{business}: nothing to change")
    if done.commitments is not None:
        created, changed = len(done.commitments.created), len(done.commitments.changed)
        unchanged = len(done.commitments.kept) - changed
        lines.append(f"{business}: {created} commitments new, {changed - created} changed, {unchanged} as they were")
    if rehearsal:
        lines.append("nothing was written: this was a dry run")
    return lines


def _reading(file: CommitmentsFile) -> ReadCommitments:
    """Give what reads the commitments against the business as it stands in the transaction that writes them."""

    def read(configuration: Configuration) -> tuple[Commitment, ...]:
        _, business = read_business(configuration.document())
        return read_commitments_of(file.documents, business)

    return read
