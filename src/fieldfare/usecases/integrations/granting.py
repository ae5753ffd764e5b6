"""How an app of ours is let into accounts: what a vendor's authorisation is to us."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from fieldfare.ports.integrations import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What an authorisation came to: the credentials of an account, or those of an agency (`account` is None).

    `approved` are the agency's accounts that the app may enter.
    """

    credentials: Credentials = field(repr=False)
    account: str | None
    agency: str | None
    approved: tuple[str, ...] = ()


class Granting(Protocol):
    """The vendor's authorisation; every call takes seconds at most, and raises `CrmError`."""

    @property
    def app(self) -> str:
        """The id of our app, as the vendor's webhooks name it."""
        ...

    def page(self, *, redirect: str, state: str) -> str:
        """Give the page on which somebody of the account lets the app in."""
        ...

    async def exchange(self, *, code: str, redirect: str, now: int) -> Granted:
        """Exchange the code of a redirect; raises `CrmUnauthorisedError` for one that is worth nothing."""
        ...

    async def of_account(self, granted: Granted, account: str, *, now: int) -> Credentials:
        """Get the credentials of one account of an agency that let the app in."""
        ...
