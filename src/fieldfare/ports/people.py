"""Where accounts, sessions and keys are kept, and what guards passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fieldfare.domain.permissions import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person, or a program that books on the phone, who signs in by email; the email is normalised."""

    id: str
    email: str
    name: str
    role: Role
    technician: str | None
    created_at: int
    disabled_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key to the API as it is shown after its first time: by its first characters."""

    id: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None


class PeopleBook(Protocol):
    """A business's accounts, sessions and keys; ids of other businesses are unknown ids."""

    async def lock(self) -> None:
        """Make whoever else wants to change accounts wait until this transaction ends."""
        ...

    async def account(self, id_: str) -> Account | None:
        """Look an account up, be it disabled or not."""
        ...

    async def accounts(self, *, after: str | None, limit: int) -> tuple[Account, ...]:
        """List accounts by id, those with a greater one than `after`."""
        ...

    async def add_account(self, account: Account, *, password_hash: str) -> bool:
        """Add an account; False, and nothing is added, if the business has one with this email."""
        ...

    async def change_account(self, account: Account) -> None:
        """Write an account's name, role, technician, and when it was disabled."""
        ...

    async def is_other_owner(self, id_: str) -> bool:
        """Tell whether an enabled owner is left when this account is none."""
        ...

    async def has_technician(self, id_: str) -> bool:
        """Tell whether the business has a technician of this id who isn't deleted."""
        ...

    async def password_hash(self, account: str) -> str | None:
        """Read the hash of an enabled account, and let nobody change the account until this transaction ends."""
        ...

    async def set_password_hash(self, account: str, password_hash: str) -> None:
        """Write the hash of an account's password."""
        ...

    async def add_session(self, token_hash: bytes, *, account: str, expires_at: int) -> None:
        """Let the bearer of a token be an account until an instant."""
        ...

    async def end_session(self, token_hash: bytes) -> None:
        """End one session, if it is there."""
        ...

    async def end_sessions(self, account: str) -> None:
        """End all sessions of an account."""
        ...

    async def forget_sessions(self, *, before: int) -> None:
        """Delete what has expired before an instant."""
        ...

    async def key(self, id_: str) -> Key | None:
        """Look a key up, be it revoked or not."""
        ...

    async def keys(self, *, after: str | None, limit: int) -> tuple[Key, ...]:
        """List keys by id, those with a greater one than `after`."""
        ...

    async def add_key(self, key: Key, *, token_hash: bytes) -> None:
        """Add a key."""
        ...

    async def revoke_key(self, id_: str, *, at: int) -> bool:
        """Make a key open nothing any more; False if there is none that did."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """The enabled account that an email belongs to, and the hash that a password has to match."""

    business: str
    account: str
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Whom a session's token stands for."""

    business: str
    account: str
    role: Role
    technician: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """What a key's token stands for."""

    business: str
    key: str
    scopes: frozenset[Scope]


class LookUps(Protocol):
    """Questions before the business is known; each raises `StorageUnavailableError`."""

    async def account_to_sign_in(self, email: str, business: str | None) -> SigningIn | None:
        """Find the enabled account of an email: in one business, or in the only one that has it."""
        ...

    async def session_of(self, token_hash: bytes) -> Session | None:
        """Find whom a token stands for, unless the session has ended."""
        ...

    async def key_of(self, token_hash: bytes) -> KeyHolder | None:
        """Find the key of a token, unless it has expired or was revoked."""
        ...


class TooManyPasswordsError(Exception):
    """More passwords wait to be hashed than can be in a few seconds; the same call may succeed after a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Whether a password was right, and if so whether its hash is of an outdated form."""

    right: bool
    outdated: bool = False


class Passwords(Protocol):
    """Hashes passwords, slowly and a few at a time; both raise `TooManyPasswordsError`."""

    async def hash(self, password: str) -> str:
        """Hash a password."""
        ...

    async def verify(self, password: str, password_hash: str | None) -> Verified:
        """Compare a password with a hash; without a hash the same work is done, and the answer is no."""
        ...
