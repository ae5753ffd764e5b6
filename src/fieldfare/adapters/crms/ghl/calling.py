"""One call to GoHighLevel: its token, its turn, its time, and an answer in JSON or an error in the port's terms."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
import orjson

from fieldfare.adapters.crms.ghl.breaker import Breaker
from fieldfare.adapters.crms.ghl.operations import Operation
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.adapters.crms.ghl.refusals import Reply, TokenRejectedError, refusal
from fieldfare.adapters.crms.ghl.retrying import LeftAloneError, Tries
from fieldfare.adapters.crms.ghl.throttle import LONGEST_REST, Throttle
from fieldfare.ports.crm import (
    CrmError,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRateLimitedError,
    CrmUnavailableError,
    TokenSource,
    Turns,
)

MOST_BYTES = 20_000_000
_TOKEN = re.compile(r"[!-~]+")
_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""One half of a pair of surrogates, in JSON's escapes."""
LONGEST_ID = 200
USER_AGENT = "Fieldfare"

_FAULTS = 500
_log = logging.getLogger(__name__)


class Lane:
    """The way to one account, shared by all its clients in this process: its limits, and whether it is down."""

    def __init__(self, *, pace: Pace, ticker: Ticker) -> None:
        """Start with nobody on the way."""
        self.pace = pace
        self.ticker = ticker
        self.throttle = Throttle(pace, ticker)
        self.breaker = Breaker(ticker)
        self.pressing = asyncio.Semaphore(pace.at_once)
        self.sweeping = asyncio.Semaphore(pace.at_once)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls one account. The client is lent by the roof, and the address comes from the settings alone.

    `turns` are those of all processes together; without any, this one's lane is all that is kept to.
    """

    client: httpx2.AsyncClient = field(repr=False)
    url: str
    tokens: TokenSource = field(repr=False)
    lane: Lane = field(repr=False)
    turns: Turns | None = field(default=None, repr=False)

    async def call(
        self,
        operation: Operation,
        *,
        id_: str = "",
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        pressing: bool = True,
        patient: bool = True,
    ) -> dict[str, Any]:
        """Call once, or as often as `retrying` has it; raises `CrmError`, whose text holds nothing personal.

        `pressing` calls go before those of a sweep. A reading that isn't `patient` is made once, for whoever comes
        again anyway; a write whose outcome is unknown is never made again here.
        """
        asked = _Asked(operation=operation, url=self.url + _path(operation, id_), params=params or {}, body=body)
        tries = Tries(operation, patient=patient, pace=self.lane.pace, ticker=self.lane.ticker)
        token, renewed = await self.tokens.token(), False
        while True:
            try:
                return await self._once(asked, token, pressing=pressing)
            except TokenRejectedError:
                if renewed:
                    raise
                token, renewed = await self.tokens.renewed(token), True
            except CrmError as error:
                wait = tries.wait_after(error)
                if wait is None:
                    raise
                if isinstance(error, CrmRateLimitedError):
                    self.lane.throttle.rest(wait)
                await self.lane.ticker.sleep(wait)

    async def _once(self, asked: _Asked, token: str, *, pressing: bool) -> dict[str, Any]:
        lane = self.lane
        self._look_whether_down(lane.breaker.resting, asked.operation)
        async with lane.pressing if pressing else lane.sweeping:
            # Last of all: a turn that is taken and then waited with would fall together with later ones.
            await self._turn(pressing=pressing)
            self._look_whether_down(not lane.breaker.admits(), asked.operation)
            try:
                reply = await self._send(asked, token)
            except CrmUnavailableError as error:
                lane.breaker.failed()
                _log.warning("GoHighLevel failed: %s", error)
                raise
            except BaseException:
                lane.breaker.gave_up()
                raise
        if reply.status >= _FAULTS:
            lane.breaker.failed()
        else:
            lane.breaker.succeeded()
        lane.throttle.heard(reply.headers)
        return self._answer(asked, reply)

    async def _turn(self, *, pressing: bool) -> None:
        """Wait for leave to call: by what the vendor has told this process, then by what all of them have asked."""
        throttle, ticker = self.lane.throttle, self.lane.ticker
        await throttle.turn(pressing=pressing)
        if self.turns is None:
            return
        began = ticker.clock()
        while (wait := await self.turns.take(self.lane.pace.allowance, pressing=pressing)) > 0:
            if max(wait, ticker.clock() - began) > LONGEST_REST:
                raise CrmRateLimitedError("GoHighLevel is asked as often as it may be already", retry_after=wait)
            await ticker.sleep(wait)
            await throttle.rested()

    def _look_whether_down(self, resting: bool, operation: Operation) -> None:
        if resting:
            raise LeftAloneError(f"could not {operation.name}: GoHighLevel is down and left alone for a while")

    def _answer(self, asked: _Asked, reply: Reply) -> dict[str, Any]:
        operation = asked.operation
        if not httpx2.codes.is_success(reply.status):
            error = refusal(operation, reply, sent=(asked.body, asked.params))
            _log.warning("GoHighLevel refused: %s (status %s, trace %s)", error, reply.status, reply.trace)
            raise error
        if not isinstance(reply.body, dict):
            # What was asked for may well have been done.
            kind = CrmOutcomeUnknownError if operation.writes else CrmUnavailableError
            raise kind(f"could not {operation.name}: the answer makes no sense", status=reply.status)
        return reply.body

    async def _send(self, asked: _Asked, token: str) -> Reply:
        """Send once; what was never sent is `CrmUnavailableError`, and so is a reading without an answer."""
        operation = asked.operation
        silent = CrmOutcomeUnknownError if operation.writes else CrmUnavailableError
        try:
            async with asyncio.timeout(self.lane.pace.seconds):
                response = await self.client.send(self._request(asked, token), stream=True, follow_redirects=False)
                return await _read(response, operation)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.InvalidURL) as error:
            kind = type(error).__name__
            raise CrmUnavailableError(f"could not {operation.name}: can't be reached ({kind})") from None
        except (TimeoutError, httpx2.TimeoutException):
            raise silent(f"could not {operation.name}: took too long") from None
        except httpx2.HTTPError as error:
            raise silent(f"could not {operation.name}: no answer ({type(error).__name__})") from None

    def _request(self, asked: _Asked, token: str) -> httpx2.Request:
        if not _TOKEN.fullmatch(token):
            raise TokenRejectedError("the token holds signs that no token has")
        headers = {
            "Authorization": f"Bearer {token}",
            "Version": asked.operation.version,
            "Accept": "application/json",
            # An unpacked megabyte may be a gigabyte, so nothing packed is asked for.
            "Accept-Encoding": "identity",
            "User-Agent": USER_AGENT,
        }
        if asked.body is not None:
            headers["Content-Type"] = "application/json"
        return self.client.build_request(
            asked.operation.method,
            asked.url,
            params=dict(asked.params) or None,
            headers=headers,
            content=None if asked.body is None else orjson.dumps(asked.body),
            timeout=self.lane.pace.seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    operation: Operation
    url: str
    params: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] | None = field(repr=False)


def _path(operation: Operation, id_: str) -> str:
    """Fill the path in; an id that can be none leads nowhere, and least of all to another path."""
    if not operation.of_one:
        return operation.path
    if not id_ or len(id_) > LONGEST_ID or not id_.strip("."):
        raise CrmNotFoundError(f"could not {operation.name}: there can be no such id")
    return operation.path.format(id=quote(id_, safe=""))


async def _read(response: httpx2.Response, operation: Operation) -> Reply:
    try:
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                kind = CrmOutcomeUnknownError if operation.writes else CrmUnavailableError
                raise kind(f"could not {operation.name}: an answer of more than {MOST_BYTES:,} bytes")
    finally:
        await response.aclose()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(status=response.status_code, headers=headers, body=_parsed(bytes(content)))


def _parsed(content: bytes) -> Any:
    """Read JSON; None for what is none. Half a sign, as of an emoji cut in two, does not make all else unreadable."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        mended = _HALF.sub(rb"\\ufffd", content).decode(errors="replace")
    try:
        return orjson.loads(mended)
    except orjson.JSONDecodeError:
        return None
