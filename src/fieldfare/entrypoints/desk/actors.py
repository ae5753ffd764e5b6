"""Who did something, by name: accounts and keys of the business, and the others by what they are."""

from __future__ import annotations

from collections.abc import Mapping

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.ports.storage import Books

_PAGE = 500


async def names_of(books: Books) -> Mapping[tuple[ActorKind, str], str]:
    """Name the accounts and keys of a business, those that are no more among them."""
    named: dict[tuple[ActorKind, str], str] = {}
    after = None
    while accounts := await books.people.accounts(after=after, limit=_PAGE):
        named |= {(ActorKind.ACCOUNT, one.id): one.name or one.email for one in accounts}
        after = accounts[-1].id
    after = None
    while keys := await books.people.keys(after=after, limit=_PAGE):
        named |= {(ActorKind.KEY, one.id): f"{one.name} (key)" for one in keys}
        after = keys[-1].id
    return named


def actor_name(actor: Actor, names: Mapping[tuple[ActorKind, str], str]) -> str:
    """Write who it was."""
    known = names.get((actor.kind, actor.id))
    if known is not None:
        return known
    match actor.kind:
        case ActorKind.CUSTOMER:
            return "The customer"
        case ActorKind.SYSTEM:
            return "Fieldfare"
        case ActorKind.COMMAND_LINE:
            return f"{actor.id} (command line)"
        case _:
            return actor.id
