"""Write commitments down, and take them out, each with a line in the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from fieldfare.domain.actors import Actor
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration, Document
from fieldfare.ports.storage import Books, Entry, KeptCommitment, Storage
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, UnknownRecordError

ReadCommitments = Callable[[Configuration], Sequence[Commitment]]
"""Reads commitments against the business that they are for; raises what the door knows."""

SUBJECT = "commitments"


class Source(StrEnum):
    """Where a commitment that we keep ourselves comes from."""

    FILE = "file"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Commitments as they are kept now, and the ids of those that are new and of those that were written at all."""

    kept: Mapping[str, KeptCommitment]
    created: frozenset[str]
    changed: frozenset[str]


class CommitmentTakenError(Exception):
    """A commitment of this id is there already."""


async def write_commitments(
    storage: Storage,
    business: str,
    read: ReadCommitments,
    *,
    source: Source,
    actor: Actor,
    expected: Mapping[str, int] | None = None,
    must_be: bool | None = None,
) -> Written:
    """Write commitments, new ones and changed ones; what is the same is left alone.

    `expected` are the versions that changes were made for; `must_be` says that all have to be there already (True), or
    none (False). Raises `UnknownRecordError` for the business, `ChangedMeanwhileError`, `CommitmentTakenError`,
    `ForeignSourceError`, and what `read` raises.
    """
    async with storage.open(business) as books:
        # Nobody may take out a technician while a commitment of theirs is being written.
        configuration = await books.configuration.load(for_change=True)
        if configuration is None:
            raise UnknownRecordError(business)
        wanted = read(configuration)
        return await write_into(books, wanted, source=source, actor=actor, expected=expected, must_be=must_be)


async def write_into(
    books: Books,
    commitments: Sequence[Commitment],
    *,
    source: Source,
    actor: Actor,
    expected: Mapping[str, int] | None = None,
    must_be: bool | None = None,
) -> Written:
    """Write commitments that were read against the business as it is in this transaction."""
    wanted = {commitment.id: commitment for commitment in commitments}
    known = await books.commitments.find(list(wanted))
    _refuse_others(wanted, known, expected=expected or {}, must_be=must_be)
    changed = [
        commitment for id_, commitment in wanted.items() if id_ not in known or known[id_].commitment != commitment
    ]
    # What a file brought in staff may change, and the other way round; it stays where it comes from.
    by_source: dict[str, list[Commitment]] = {}
    for commitment in changed:
        kept = known.get(commitment.id)
        keeper = kept.source if kept and kept.source in set(Source) else source
        by_source.setdefault(keeper, []).append(commitment)
    for keeper, some in by_source.items():
        await books.commitments.save(some, source=keeper)
    await books.audit.write([_entry(known.get(commitment.id), commitment, actor) for commitment in changed])
    return Written(
        kept=await books.commitments.find(list(wanted)),
        created=frozenset(wanted.keys() - known.keys()),
        changed=frozenset(commitment.id for commitment in changed),
    )


def _refuse_others(
    wanted: Mapping[str, Commitment],
    known: Mapping[str, KeptCommitment],
    *,
    expected: Mapping[str, int],
    must_be: bool | None,
) -> None:
    if must_be is False and known:
        raise CommitmentTakenError(next(iter(known)))
    if must_be is True and len(known) < len(wanted):
        raise ChangedMeanwhileError("a commitment that should be there is gone")
    for id_, version in expected.items():
        if id_ not in known or known[id_].version != version:
            raise ChangedMeanwhileError(f"{SUBJECT}/{id_} is another version")


def _entry(before: KeptCommitment | None, after: Commitment, actor: Actor) -> Entry:
    return Entry(
        actor=actor,
        action="change" if before else "create",
        subject=SUBJECT,
        subject_id=after.id,
        before=_plain(before.commitment) if before else None,
        after=_plain(after),
    )


async def delete_commitments(
    storage: Storage, business: str, ids: Sequence[str], *, actor: Actor, expected: int | None = None
) -> tuple[Commitment, ...]:
    """Take commitments out, and give those that were there.

    Raises `ChangedMeanwhileError`, and `ForeignCommitmentError` for one that another source keeps.
    """
    async with storage.open(business) as books:
        known = await books.commitments.find(ids)
        for kept in known.values():
            if kept.source not in set(Source):
                raise ForeignCommitmentError(kept.commitment.id)
            if expected is not None and kept.version != expected:
                raise ChangedMeanwhileError(f"{SUBJECT}/{kept.commitment.id} is another version")
        await books.commitments.delete(list(known))
        await books.audit.write(
            [
                Entry(actor=actor, action="delete", subject=SUBJECT, subject_id=id_, before=_plain(kept.commitment))
                for id_, kept in known.items()
            ]
        )
        return tuple(kept.commitment for kept in known.values())


class ForeignCommitmentError(ValueError):
    """The commitment is kept by a calendar or a CRM, and is changed there."""


def _plain(commitment: Commitment) -> Document:
    return {**asdict(commitment), "resources": dict(commitment.resources)}
