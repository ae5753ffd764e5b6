"""Writing a changed configuration down: what differs, with a line in the trail for each difference."""

from __future__ import annotations

from collections.abc import Sequence

from fieldfare.domain.actors import Actor
from fieldfare.domain.configuration import Change, Configuration, RecordKind, changes_between
from fieldfare.ports.storage import Books, Entry
from fieldfare.usecases.businesses.refusals import InUseError

BUSINESS = "business"
"""What the trail calls the business's own document."""


async def apply(
    books: Books, *, old: Configuration | None, new: Configuration, actor: Actor, now: int, reason: str | None = None
) -> tuple[Change, ...]:
    """Write what differs, if anything does, and give it back; raises `InUseError`.

    A technician with commitments that are not over yet can't go: they would be nobody's.
    """
    changes = tuple(changes_between(old, new))
    await _refuse_losing_commitments(books, changes, now)
    await books.configuration.save(changes)
    await books.audit.write([_entry(change, new.id, actor, reason) for change in changes])
    return changes


async def _refuse_losing_commitments(books: Books, changes: Sequence[Change], now: int) -> None:
    for change in changes:
        if change.kind is RecordKind.TECHNICIANS and change.after is None and change.id is not None:
            ahead = await books.commitments.holding(change.id, since=now)
            if ahead:
                what = "1 commitment that is" if ahead == 1 else f"{ahead} commitments that are"
                raise InUseError(f"technicians/{change.id}", (f"{what} not over yet",))


def _entry(change: Change, business: str, actor: Actor, reason: str | None) -> Entry:
    return Entry(
        actor=actor,
        action=action_of(change),
        subject=BUSINESS if change.kind is None else change.kind.value,
        subject_id=change.id or business,
        before=change.before,
        after=change.after,
        reason=reason,
    )


def action_of(change: Change) -> str:
    """Name what was done: create, change, delete or restore."""
    if change.before is None:
        return "create"
    if change.after is None:
        return "delete"
    was_deleted, is_deleted = change.before.get("deleted", False), change.after.get("deleted", False)
    if was_deleted != is_deleted:
        return "delete" if is_deleted else "restore"
    return "change"
