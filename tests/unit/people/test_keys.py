"""Keys: shown once, open what their scopes say, and end when they expire or are revoked."""

from __future__ import annotations

import time

import psycopg
import pytest

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import Member, Permission, Scope
from fieldfare.usecases.people.create_key import CreateKey, ExpiryRefusedError, create_key
from fieldfare.usecases.people.identify import UnauthenticatedError
from fieldfare.usecases.people.list_people import list_keys
from fieldfare.usecases.people.names import NameRefusedError
from fieldfare.usecases.people.revoke_key import UnknownKeyError, revoke_key
from tests.databases import Database
from tests.unit.people.people import ROOT, A, B, People, with_people

NOW = int(time.time())


def test_a_key_opens_what_its_scopes_say(database: Database) -> None:
    async def work(people: People) -> None:
        created = await people.key(Scope.AVAILABILITY, Scope.AUDIT)

        caller = await people.bearer(created.token)

        assert caller == Member(
            business=A,
            actor=Actor(kind=ActorKind.KEY, id=created.key.id),
            scopes=frozenset({Scope.AVAILABILITY, Scope.AUDIT}),
        )
        assert caller.permissions == {Permission.AVAILABILITY_DETAIL, Permission.WHY, Permission.AUDIT_READ}
        assert (await people.bearer((await people.key()).token)).permissions == frozenset()

    with_people(database, work, now=NOW)


def test_a_key_is_shown_once(database: Database) -> None:
    async def work(people: People) -> str:
        created = await people.key(Scope.AUDIT)
        kept, _ = await list_keys(business=A, after=None, limit=5, storage=people.storage)
        assert kept == (created.key,)
        assert created.token.startswith("ff_")
        assert created.key.prefix == created.token[:11]
        return created.token

    token = with_people(database, work, now=NOW)

    with psycopg.connect(for_libpq(database.superuser)) as connection:
        kept = [str(connection.execute(f"SELECT t::text FROM {table} t").fetchall()) for table in ("keys", "audit")]
    assert not any(token in text or token[11:] in text for text in kept)


def test_a_scope_of_another_version_opens_nothing(database: Database) -> None:
    async def work(people: People) -> None:
        created = await people.key(Scope.AUDIT)
        with psycopg.connect(for_libpq(database.superuser)) as connection:
            connection.execute("UPDATE keys SET scopes = '{audit,everything}'")
        assert (await people.bearer(created.token)).scopes == {Scope.AUDIT}

    with_people(database, work, now=NOW)


def test_a_revoked_key_and_an_expired_one_open_nothing(database: Database) -> None:
    async def work(people: People) -> None:
        standing = await people.key(Scope.AUDIT, expires_at=people.now + 3_600)
        revoked, expired = await people.key(Scope.AUDIT), await people.key(Scope.AUDIT, expires_at=people.now + 60)
        with psycopg.connect(for_libpq(database.superuser)) as connection:
            connection.execute("UPDATE keys SET expires_at = now() WHERE id = %s", [expired.key.id])
        for _ in range(2):
            await revoke_key(revoked.key.id, business=A, actor=ROOT, storage=people.storage, now=people.now)
        for token in (revoked.token, expired.token, "", "ff_", standing.token[3:], standing.token + "x", "ff_\ud800"):
            with pytest.raises(UnauthenticatedError):
                await people.bearer(token)
        await people.bearer(standing.token)
        async with people.storage.open(A) as books:
            trail = await books.audit.page(before=None, limit=9, subject="keys", subject_id=revoked.key.id)
        assert [line.entry.action for line in trail] == ["revoke", "create"]

    with_people(database, work, now=NOW)


def test_keys_of_another_business_are_unknown(database: Database) -> None:
    async def work(people: People) -> None:
        foreign = await people.key(Scope.AUDIT, business=B)
        for id_ in (foreign.key.id, "unknown"):
            with pytest.raises(UnknownKeyError):
                await revoke_key(id_, business=A, actor=ROOT, storage=people.storage, now=people.now)
        assert (await list_keys(business=A, after=None, limit=5, storage=people.storage)) == ((), None)
        assert (await people.bearer(foreign.token)).business == B

    with_people(database, work, now=NOW)


def test_a_key_without_a_name_or_a_future_is_refused(database: Database) -> None:
    async def work(people: People) -> None:
        nameless = CreateKey(business=A, name=" ", scopes=frozenset())
        over = CreateKey(business=A, name="Zap", scopes=frozenset(), expires_at=people.now)
        for command, refusal in ((nameless, NameRefusedError), (over, ExpiryRefusedError)):
            with pytest.raises(refusal):
                await create_key(command, actor=ROOT, storage=people.storage, now=people.now)

    with_people(database, work, now=NOW)
