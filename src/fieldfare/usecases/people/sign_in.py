"""Begin a session by email and password."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.ports.people import LookUps, Passwords, SigningIn
from fieldfare.ports.storage import Books, Entry, Storage
from fieldfare.usecases.people.emails import read_email
from fieldfare.usecases.people.passwords import read_password
from fieldfare.usecases.people.tokens import hash_of, new_token
from fieldfare.usecases.people.trail import ACCOUNTS, actor_of

SESSION_SECONDS = 12 * 3600
"""A session's whole life, however busy it is: a day's work."""


class BadCredentialsError(Exception):
    """No enabled account has this email and password, or several businesses know the email and none was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """An email and a password as they were typed; the business where the email belongs to several."""

    email: str
    password: str
    business: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that has begun. Only its bearer ever sees the token."""

    token: str
    business: str
    account: str
    expires_at: int


async def sign_in(command: SignIn, *, look_ups: LookUps, storage: Storage, passwords: Passwords, now: int) -> SignedIn:
    """Check email and password, and begin a session with a token of its own.

    Whether an email is known shows neither in the answer nor in the work, of which the password's hash is all but a
    little. Raises `BadCredentialsError`, `EmailRefusedError`, `PasswordRefusedError`, `TooManyPasswordsError`.
    """
    email, password = read_email(command.email), read_password(command.password)
    found = await look_ups.account_to_sign_in(email, command.business)
    verified = await passwords.verify(password, found.password_hash if found else None)
    if found is None or not verified.right:
        raise BadCredentialsError
    rehashed = await passwords.hash(password) if verified.outdated else None
    async with storage.open(found.business) as books:
        return await _begin(found, books, rehashed=rehashed, now=now)


async def _begin(found: SigningIn, books: Books, *, rehashed: str | None, now: int) -> SignedIn:
    # The account may have been disabled or got another password while this one was hashed.
    if await books.people.password_hash(found.account) != found.password_hash:
        raise BadCredentialsError
    if rehashed is not None:
        await books.people.set_password_hash(found.account, rehashed)
    token, expires_at = new_token(), now + SESSION_SECONDS
    await books.people.forget_sessions(before=now)
    await books.people.add_session(hash_of(token), account=found.account, expires_at=expires_at)
    await books.audit.write(
        [Entry(actor=actor_of(found.account), action="sign_in", subject=ACCOUNTS, subject_id=found.account)]
    )
    return SignedIn(token=token, business=found.business, account=found.account, expires_at=expires_at)
