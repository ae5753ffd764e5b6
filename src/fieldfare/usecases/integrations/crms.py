"""Opening the CRM of a business, with a token that is refreshed once for everybody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.ports.crm import Allowance, Crm, CrmError, CrmUnauthorisedError, CrmUnavailableError, TokenSource, Turns
from fieldfare.ports.error_sinks import ErrorReports
from fieldfare.ports.integrations import Credentials, SealingError
from fieldfare.ports.storage import Books, Storage, StorageUnavailableError
from fieldfare.usecases.integrations.connection_trail import write_down
from fieldfare.usecases.reactions import CRM

Refresh = Callable[[Connection, Credentials], Awaitable[Credentials]]
"""Asks the vendor for new credentials; raises `CrmUnauthorisedError` where the old ones are worth nothing any more.

Raises `HalfRefreshedError` where the old ones are used up, and the new ones open nothing yet.
"""

RENEWED_BEFORE = 10 * MINUTE
"""A token that runs out within this time is refreshed before it is used."""
DOUBTED_SECONDS = 5 * MINUTE
"""A token that is rejected twice within this time, and that has no newer, is not taken any more."""

HALF_RESTS_SECONDS = 15
"""After a refresh that ended halfway none is made for so long: each uses a token up."""

_log = logging.getLogger(__name__)


class BuildCrm(Protocol):
    """Makes the client of an account."""

    def __call__(self, connection: Connection, tokens: TokenSource, turns: Turns | None = None, /) -> Crm:
        """Make one, which takes the `turns` that it is given for all its calls; without any it has its own limits."""
        ...


class HalfRefreshedError(Exception):
    """A refresh has given credentials that only another refresh can be made with: they must be kept, and not used."""

    def __init__(self, credentials: Credentials, error: CrmError) -> None:
        """Hold what must be kept, and what went wrong after it was given."""
        super().__init__(str(error))
        self.credentials = credentials
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A business's CRM, ready to be asked."""

    connection: Connection
    crm: Crm


class Crms:
    """The CRMs of businesses, each with one client for this process."""

    def __init__(
        self,
        *,
        storage: Storage,
        build: BuildCrm,
        refresh: Refresh,
        reports: ErrorReports,
        clock: Callable[[], int],
    ) -> None:
        """Open none yet."""
        self._storage = storage
        self._build = build
        self._refresh = refresh
        self._reports = reports
        self._clock = clock
        self._clients: dict[str, tuple[tuple[str, int], Crm]] = {}
        self._looking: set[asyncio.Task[Credentials]] = set()
        self._taking: set[asyncio.Task[float]] = set()

    async def of(self, business: str, *, even_paused: bool = False) -> Connected | None:
        """Open a business's CRM; None where none is connected, or it waits for somebody to connect it anew.

        `even_paused` opens one that is being set up or paused too: for whoever sets it up.
        """
        async with self._storage.open(business) as books:
            connection = await books.integrations.connections.find()
        if connection is None or connection.state is ConnectionState.REMOVED:
            return None
        if not connection.live and not even_paused:
            return None
        return Connected(connection=connection, crm=self._client(business, connection))

    def trial(self, connection: Connection, credentials: Credentials) -> Crm:
        """Make a client of an account that isn't connected yet, with credentials that are kept nowhere.

        Its few calls take nobody's turns: whoever tries it may have named an account that isn't theirs.
        """
        return self._build(connection, _Given(credentials.token))

    def forget(self, business: str) -> None:
        """Make a new client for a business the next time, as when it has new credentials."""
        self._clients.pop(business, None)

    async def close(self) -> None:
        """Wait for the refreshes that are under way: what the vendor gives in them is given once."""
        await asyncio.gather(*self._looking, *self._taking, return_exceptions=True)

    def _client(self, business: str, connection: Connection) -> Crm:
        key = (connection.account, connection.created_at)
        known = self._clients.get(business)
        if known is not None and known[0] == key:
            return known[1]
        tokens = _Tokens(
            self._storage,
            business,
            refresh=self._refresh,
            reports=self._reports,
            clock=self._clock,
            running=self._looking,
        )
        crm = self._build(connection, tokens, _Turns(self._storage, business, running=self._taking))
        self._clients[business] = (key, crm)
        return crm


class _Given:
    """A token that somebody has just given, and that has no newer one."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        return self._token

    async def renewed(self, rejected: str) -> str:  # noqa: ARG002 - whichever it was
        raise CrmUnauthorisedError("the token is not taken")


class _Turns:
    """The turns of one business, taken in the database, where all processes take them; see `ports.crm.Turns`."""

    def __init__(self, storage: Storage, business: str, *, running: set[asyncio.Task[float]]) -> None:
        self._storage = storage
        self._business = business
        self._running = running

    async def take(self, allowance: Allowance, *, pressing: bool) -> float:
        """Take one, to the end also where whoever asks has no more time: cut off, it would cost a connection."""
        taking = asyncio.create_task(self._take(allowance, pressing=pressing))
        self._running.add(taking)
        taking.add_done_callback(self._done)
        await asyncio.wait([taking])
        return taking.result()

    def _done(self, taking: asyncio.Task[float]) -> None:
        self._running.discard(taking)
        if not taking.cancelled():
            # Whoever still waits is told; nobody else needs to know.
            taking.exception()

    async def _take(self, allowance: Allowance, *, pressing: bool) -> float:
        """Take one in a transaction of its own: nothing is held while whoever asks makes the call, or waits."""
        try:
            async with self._storage.open(self._business, brisk=True) as books:
                return await books.integrations.connections.take_turn(allowance, pressing=pressing)
        except StorageUnavailableError as error:
            raise CrmUnavailableError("it can't be looked up now whether the account may be asked") from error


class _Tokens:
    """The token of one business; see `ports.crm.TokenSource`."""

    def __init__(
        self,
        storage: Storage,
        business: str,
        *,
        refresh: Refresh,
        reports: ErrorReports,
        clock: Callable[[], int],
        running: set[asyncio.Task[Credentials]],
    ) -> None:
        self._storage = storage
        self._business = business
        self._refresh = refresh
        self._reports = reports
        self._clock = clock
        self._running = running
        self._looking: asyncio.Task[Credentials] | None = None
        self._known: Credentials | None = None
        self._doubted_until = 0
        self._rests_until = 0

    async def token(self) -> str:
        """Give the token, refreshed if it is about to run out."""
        known = self._known
        if known is None or self._runs_out(known):
            known = await self._looked_up(rejected=None)
        return known.token

    async def renewed(self, rejected: str) -> str:
        """Give a newer token than the one that was rejected.

        One that has no newer is given once more: an account isn't cut off for a single stray rejection.
        """
        known = self._known
        if known is not None and known.refresh_token is None and known.token == rejected:
            now = self._clock()
            doubted, self._doubted_until = now < self._doubted_until, now + DOUBTED_SECONDS
            if not doubted:
                return rejected
        return (await self._looked_up(rejected=rejected)).token

    async def _looked_up(self, *, rejected: str | None) -> Credentials:
        """Wait for the one look-up that there is at a time; it goes on where whoever waits gives up.

        A refresh token works once: cut off after the vendor's answer, a refresh would cost the connection.
        """
        while (looking := self._looking) is not None:
            await asyncio.wait([looking])
            if (known := looking.result()).token != rejected:
                return known
        looking = self._looking = asyncio.create_task(self._look_up(rejected=rejected))
        self._running.add(looking)
        looking.add_done_callback(self._done)
        await asyncio.wait([looking])
        return looking.result()

    def _done(self, looking: asyncio.Task[Credentials]) -> None:
        """Let the next look-up begin. Those who wait are told of an error; one that nobody expects is logged too."""
        self._looking = None
        self._running.discard(looking)
        error = None if looking.cancelled() else looking.exception()
        if error is not None and not isinstance(error, CrmError):
            _log.error("the token could not be looked up", exc_info=error)

    async def _look_up(self, *, rejected: str | None) -> Credentials:
        try:
            return await self._read(rejected=rejected)
        except StorageUnavailableError as error:
            # Another process refreshes it just now, or the database is down: either way there is no token yet.
            raise CrmUnavailableError("the token can't be looked up now") from error

    async def _read(self, *, rejected: str | None) -> Credentials:
        """Read the credentials behind their row's lock: of several processes one refreshes, the others find it done."""
        if self._clock() < self._rests_until:
            raise CrmUnavailableError("the account's token could not be had a moment ago")
        failed: CrmError | None = None
        try:
            async with self._storage.open(self._business) as books:
                known = await books.integrations.connections.credentials(for_change=True)
                if known is None:
                    raise CrmUnauthorisedError("there are no credentials")
                if known.token == rejected or self._runs_out(known):
                    known, failed = await self._refreshed(books, known)
            if failed is not None:
                self._rests_until = self._clock() + HALF_RESTS_SECONDS
                raise failed
        except CrmUnauthorisedError:
            await self._say_reconnect("GoHighLevel does not take the token any more. Connect again with a new one.")
            raise
        except SealingError:
            await self._say_reconnect(
                "The token can't be opened with the secret key of this installation. Set the key "
                "that it was sealed with, or connect again."
            )
            raise CrmUnauthorisedError("the credentials can't be opened") from None
        self._known = known
        return known

    async def _refreshed(self, books: Books, known: Credentials) -> tuple[Credentials, CrmError | None]:
        """Refresh, and keep what was given; with an error it opens nothing yet."""
        connection = await books.integrations.connections.find()
        if connection is None or known.refresh_token is None:
            raise CrmUnauthorisedError("the token is not taken any more")
        failed: CrmError | None = None
        try:
            fresh = await self._refresh(connection, known)
        except HalfRefreshedError as half:
            fresh, failed = half.credentials, half.error
        await books.integrations.connections.renew(fresh)
        return fresh, failed

    def _runs_out(self, known: Credentials) -> bool:
        return known.expires_at is not None and known.expires_at - self._clock() < RENEWED_BEFORE

    async def _say_reconnect(self, failing: str) -> None:
        """Mark the connection, so that the desk shows that somebody has to connect anew."""
        async with self._storage.open(self._business) as books:
            connections = books.integrations.connections
            connection = await connections.find(for_change=True)
            if connection is None or not connection.live:
                return
            lost = await connections.save(replace(connection, state=ConnectionState.RECONNECT, failing=failing))
            await write_down(books, "reconnect_needed", CRM, before=connection, after=lost)
        self._reports.tell("crm_unauthorised", failing, business=self._business)
