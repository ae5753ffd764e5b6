"""Sessions begin with a password and end with whatever changes what an account may do."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import psycopg
import pytest
from argon2 import PasswordHasher

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.domain.permissions import Member, Role
from fieldfare.ports.people import Account, Verified
from fieldfare.usecases.people.change_account import ChangeAccount
from fieldfare.usecases.people.change_password import (
    ChangePassword,
    SetPassword,
    WrongPasswordError,
    change_password,
    set_password,
)
from fieldfare.usecases.people.identify import UnauthenticatedError
from fieldfare.usecases.people.sign_in import SESSION_SECONDS, BadCredentialsError
from fieldfare.usecases.people.sign_out import sign_out
from fieldfare.usecases.people.trail import actor_of
from tests.databases import Database
from tests.unit.people.people import PASSWORD, ROOT, A, B, People, with_people
from tests.unit.people.test_passwords import Counting

NEW = "another long password"


def now() -> int:
    return int(time.time())


async def is_alive(people: People, token: str) -> bool:
    try:
        await people.session(token)
    except UnauthenticatedError:
        return False
    return True


def test_a_session_stands_for_its_account(database: Database) -> None:
    async def work(people: People) -> None:
        account = await people.account("Kim@Example.com", Role.TECHNICIAN, technician="t1")
        signed_in = await people.sign_in(" kim@example.COM")

        caller = await people.session(signed_in.token)

        assert caller == Member(business=A, actor=actor_of(account.id), role=Role.TECHNICIAN, technician="t1")
        assert signed_in.expires_at == people.now + SESSION_SECONDS
        assert len(signed_in.token) >= 43

    with_people(database, work, now=now())


def test_nothing_in_the_database_opens_a_session_or_names_somebody_in_the_trail(database: Database) -> None:
    async def work(people: People) -> str:
        await people.account("kim@example.com")
        return (await people.sign_in("kim@example.com")).token

    token = with_people(database, work, now=now())

    with psycopg.connect(for_libpq(database.superuser)) as connection:
        tables = ("accounts", "sessions", "keys", "audit")
        kept = {table: str(connection.execute(f"SELECT t::text FROM {table} t").fetchall()) for table in tables}
    assert all(token not in text and PASSWORD not in text for text in kept.values())
    assert "kim@example.com" in kept["accounts"]
    assert "sign_in" in kept["audit"]
    assert not any(text in kept["audit"] for text in ("kim", "Kim", "argon2"))


def test_refusals_are_the_same_and_cost_the_same(database: Database) -> None:
    counting = Counting()

    async def work(people: People) -> None:
        await people.account("kim@example.com")
        gone = await people.account("gone@example.com")
        await people.change(ChangeAccount(business=A, account=gone.id, disabled=True))
        for home in (A, B):
            await people.account("twice@example.com", business=home)
        attempts: list[tuple[str, str, str | None]] = [
            ("kim@example.com", "not the password", None),
            ("kim@example.com", PASSWORD, B),
            ("kim@example.com", PASSWORD, "nowhere"),
            ("unknown@example.com", PASSWORD, None),
            ("gone@example.com", PASSWORD, None),
            ("twice@example.com", PASSWORD, None),
        ]
        for email, password, business in attempts:
            counting.verified = 0
            with pytest.raises(BadCredentialsError) as refusal:
                await people.sign_in(email, password, business=business)
            assert (str(refusal.value), counting.verified) == ("", 1), email
        assert (await people.sign_in("twice@example.com", business=B)).business == B

    with_people(database, work, now=now(), passwords=Argon2Passwords(hasher=counting))


def test_every_sign_in_has_a_token_of_its_own(database: Database) -> None:
    async def work(people: People) -> None:
        await people.account("kim@example.com")
        first, second = await people.sign_in("kim@example.com"), await people.sign_in("kim@example.com")
        assert first.token != second.token
        await sign_out(first.token, look_ups=people.look_ups, storage=people.storage)
        await sign_out(first.token, look_ups=people.look_ups, storage=people.storage)
        assert [await is_alive(people, signed.token) for signed in (first, second)] == [False, True]

    with_people(database, work, now=now())


Change = Callable[[People, Account], Awaitable[object]]


def changed(**fields: object) -> Change:
    def change(people: People, account: Account) -> Awaitable[object]:
        return people.change(ChangeAccount(business=A, account=account.id, **fields))  # type: ignore[arg-type]

    return change


def own_password(people: People, account: Account) -> Awaitable[object]:
    command = ChangePassword(business=A, account=account.id, old=PASSWORD, new=NEW)
    return change_password(command, storage=people.storage, passwords=people.passwords)


def set_by_owner(people: People, account: Account) -> Awaitable[object]:
    command = SetPassword(business=A, account=account.id, new=NEW)
    return set_password(command, actor=ROOT, storage=people.storage, passwords=people.passwords)


@pytest.mark.parametrize(
    ("change", "survives"),
    [
        pytest.param(changed(name="Lee"), True, id="a name"),
        pytest.param(changed(role=Role.TECHNICIAN), True, id="the role it has"),
        pytest.param(changed(disabled=True), False, id="disabled"),
        pytest.param(changed(role=Role.DISPATCHER), False, id="another role"),
        pytest.param(changed(technician="t2"), False, id="another technician"),
        pytest.param(own_password, False, id="its own password"),
        pytest.param(set_by_owner, False, id="a password set by an owner"),
    ],
)
def test_what_changes_what_an_account_may_do_ends_all_its_sessions(
    database: Database, change: Change, survives: bool
) -> None:
    async def work(people: People) -> None:
        account = await people.account("kim@example.com", Role.TECHNICIAN, technician="t1")
        await people.account("lee@example.com")
        tokens = [(await people.sign_in("kim@example.com")).token for _ in range(2)]
        other = (await people.sign_in("lee@example.com")).token

        await change(people, account)

        assert [await is_alive(people, token) for token in tokens] == [survives] * 2
        assert await is_alive(people, other)

    with_people(database, work, now=now())


def test_a_disabled_account_gets_in_again_only_when_it_is_enabled(database: Database) -> None:
    async def work(people: People) -> None:
        account = await people.account("kim@example.com", Role.AGENT)
        old = await people.sign_in("kim@example.com")
        await people.change(ChangeAccount(business=A, account=account.id, disabled=True))
        with pytest.raises(BadCredentialsError):
            await people.sign_in("kim@example.com")
        await people.change(ChangeAccount(business=A, account=account.id, disabled=False))
        assert not await is_alive(people, old.token)
        assert await is_alive(people, (await people.sign_in("kim@example.com")).token)

    with_people(database, work, now=now())


def test_a_new_password_opens_and_the_old_one_no_longer_does(database: Database) -> None:
    async def work(people: People) -> None:
        account = await people.account("kim@example.com")
        wrong = ChangePassword(business=A, account=account.id, old="not the password", new=NEW)
        with pytest.raises(WrongPasswordError):
            await change_password(wrong, storage=people.storage, passwords=people.passwords)
        await own_password(people, account)
        with pytest.raises(BadCredentialsError):
            await people.sign_in("kim@example.com")
        await people.sign_in("kim@example.com", NEW)

    with_people(database, work, now=now())


def test_a_session_ends_after_half_a_day_and_is_swept_up_at_the_next_sign_in(database: Database) -> None:
    async def work(people: People) -> None:
        await people.account("kim@example.com")
        ended = await people.sign_in("kim@example.com", now=people.now - SESSION_SECONDS - 1)
        standing = await people.sign_in("kim@example.com", now=people.now - SESSION_SECONDS + 60)
        assert [await is_alive(people, signed.token) for signed in (ended, standing)] == [False, True]
        await people.sign_in("kim@example.com")

    with_people(database, work, now=now())

    with psycopg.connect(for_libpq(database.superuser)) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (2,)


def test_a_hash_of_older_parameters_is_replaced_at_sign_in(database: Database) -> None:
    older = Argon2Passwords(hasher=PasswordHasher(memory_cost=8 * 1024, time_cost=1, parallelism=1))

    async def before(people: People) -> None:
        await people.account("kim@example.com")

    with_people(database, before, now=now(), passwords=older)

    async def after(people: People) -> list[list[str]]:
        seen = []
        for _ in range(2):
            found = await people.look_ups.account_to_sign_in("kim@example.com", None)
            assert found is not None
            seen.append(found.password_hash.split("$")[:4])
            await people.sign_in("kim@example.com")
        return seen

    assert with_people(database, after, now=now(), again=True) == [
        ["", "argon2id", "v=19", "m=8192,t=1,p=1"],
        ["", "argon2id", "v=19", "m=19456,t=2,p=1"],
    ]


class Interrupted(Argon2Passwords):
    """Hashes as ever; what happens elsewhere in that time is up to the test."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def verify(self, password: str, password_hash: str | None) -> Verified:
        verified = await super().verify(password, password_hash)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return verified


@pytest.mark.parametrize("change", [changed(disabled=True), set_by_owner], ids=["disabled", "another password"])
def test_what_happens_while_a_password_is_checked_counts(database: Database, change: Change) -> None:
    passwords = Interrupted()

    async def work(people: People) -> None:
        account = await people.account("kim@example.com", Role.AGENT)
        passwords.meanwhile = lambda: change(people, account)
        with pytest.raises(BadCredentialsError):
            await people.sign_in("kim@example.com")

    with_people(database, work, now=now(), passwords=passwords)
