"""Who is it that bears this token?"""

from __future__ import annotations

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import Member
from fieldfare.ports.people import LookUps
from fieldfare.usecases.people.tokens import hash_of


class UnauthenticatedError(Exception):
    """The caller has shown nothing, or something that opens nothing: unknown, expired, revoked, or ended."""


async def identify_key(key: str, *, look_ups: LookUps) -> Member:
    """Find whose key this is. Raises `UnauthenticatedError`."""
    found = await look_ups.key_of(hash_of(key))
    if found is None:
        raise UnauthenticatedError
    return Member(business=found.business, actor=Actor(kind=ActorKind.KEY, id=found.key), scopes=found.scopes)


async def identify_session(token: str, *, look_ups: LookUps) -> Member:
    """Find whose session this is. Raises `UnauthenticatedError`."""
    found = await look_ups.session_of(hash_of(token))
    if found is None:
        raise UnauthenticatedError
    return Member(
        business=found.business,
        actor=Actor(kind=ActorKind.ACCOUNT, id=found.account),
        role=found.role,
        technician=found.technician,
    )
