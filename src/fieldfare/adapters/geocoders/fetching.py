"""One question to a geocoder's server: an answer in JSON within time and size, or an error that says what to do."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import httpx2
import orjson

from fieldfare.ports.geocoder import GeocoderRefusedError, GeocoderUnavailableError, RateLimitedError

MOST_BYTES = 1_000_000
_OK = 200
_FORBIDDEN = {401, 403}
_TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status and the JSON that came with it."""

    status: int
    body: object


def silence_request_logs() -> None:
    """Keep the HTTP library from logging addresses: of each request it logs the URL, with the address and the key."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """A client that was lent by the roof, and the time that one question may take."""

    client: httpx2.AsyncClient
    seconds: float

    async def fetch(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        expected: Collection[int] = (),
    ) -> Reply:
        """Get a URL, or post a body to it; raises `GeocoderError` for whatever isn't 200 or an expected status.

        Redirects aren't followed. No message holds a URL: it would hold the address, and maybe the key.
        """
        request = self.client.build_request(
            "GET" if body is None else "POST",
            url,
            params=params,
            # An unpacked megabyte may be a gigabyte, so nothing packed is asked for.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})},
            content=None if body is None else orjson.dumps(body),
        )
        try:
            async with asyncio.timeout(self.seconds):
                status, head, content = await self._send(request)
        except (TimeoutError, httpx2.TimeoutException):
            raise GeocoderUnavailableError("took too long") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise GeocoderUnavailableError(f"can't be reached: {type(error).__name__}") from None
        if status == _TOO_MANY:
            raise RateLimitedError("status 429", retry_after=_seconds(head.get("retry-after")))
        if status in _FORBIDDEN:
            raise GeocoderRefusedError(f"status {status}")
        if status != _OK and status not in expected:
            raise GeocoderUnavailableError(f"status {status}")
        try:
            return Reply(status=status, body=orjson.loads(content))
        except orjson.JSONDecodeError:
            raise GeocoderUnavailableError("no JSON") from None

    async def _send(self, request: httpx2.Request) -> tuple[int, httpx2.Headers, bytes]:
        response = await self.client.send(request, stream=True, follow_redirects=False)
        try:
            content = bytearray()
            async for part in response.aiter_raw():
                content += part
                if len(content) > MOST_BYTES:
                    raise GeocoderUnavailableError("an answer of more than a megabyte")
            return response.status_code, response.headers, bytes(content)
        finally:
            await response.aclose()


def _seconds(retry_after: str | None) -> float | None:
    """Read `Retry-After` where it is a number of seconds; a date, or nonsense, is none."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
