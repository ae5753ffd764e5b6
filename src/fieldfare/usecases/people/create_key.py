"""Make a key to the API."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.domain.permissions import Scope
from fieldfare.ports.people import Key
from fieldfare.ports.storage import Books, Entry, Storage
from fieldfare.usecases.people.names import NameRefusedError, read_name
from fieldfare.usecases.people.tokens import SHOWN, hash_of, new_id, new_key
from fieldfare.usecases.people.trail import KEYS, key_document


class ExpiryRefusedError(ValueError):
    """The key would have expired before it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateKey:
    """What the key is for, what it opens, and until when; without scopes it opens what is public, as itself."""

    business: str
    name: str
    scopes: frozenset[Scope]
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedKey:
    """A new key with its token, which is shown this once."""

    key: Key
    token: str


async def create_key(command: CreateKey, *, actor: Actor, storage: Storage, now: int) -> CreatedKey:
    """Make a key; raises `NameRefusedError`, `ExpiryRefusedError`."""
    async with storage.open(command.business) as books:
        return await add_key(books, command, actor=actor, now=now)


async def add_key(books: Books, command: CreateKey, *, actor: Actor, now: int) -> CreatedKey:
    """Make a key within a transaction; raises `NameRefusedError`, `ExpiryRefusedError`."""
    name = read_name(command.name)
    if not name:
        raise NameRefusedError("a key has a name, by which it is known when it has to be revoked")
    if command.expires_at is not None and command.expires_at <= now:
        raise ExpiryRefusedError("a key expires in the future")
    token = new_key()
    key = Key(
        id=new_id(now=now),
        name=name,
        prefix=token[:SHOWN],
        scopes=command.scopes,
        created_at=now,
        expires_at=command.expires_at,
    )
    await books.people.add_key(key, token_hash=hash_of(token))
    await books.audit.write(
        [Entry(actor=actor, action="create", subject=KEYS, subject_id=key.id, after=key_document(key))]
    )
    return CreatedKey(key=key, token=token)
