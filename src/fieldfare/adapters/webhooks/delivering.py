"""Calls webhooks over HTTP: one signed POST to an address that the gate has let through, and nothing besides."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import ssl
from collections.abc import Sequence

import httpx2

from fieldfare.adapters.webhooks.guarded import Gate, Resolver, resolve
from fieldfare.domain.networks import Address, Network
from fieldfare.domain.webhooks import check_url, signature
from fieldfare.ports.deliveries import Delivery, DeliveryFailedError, DeliveryRefusedError, GoneError, Outcome

SECONDS = 9.0
"""For all until an answer begins."""
CONNECT_SECONDS = 3.0
"""For each address of the host, so that one that is dead leaves time for the next."""
BODY_SECONDS = 1.0
"""For the rest of the answer: ten seconds in all."""
MOST_BYTES = 65_536
LONGEST_RETRY_AFTER = 86_400
USER_AGENT = "Fieldfare-Webhooks"

_GONE = 410
_PORTS = {"http": 80, "https": 443}


class HttpDeliverer:
    """See `ports.deliveries.Deliverer`.

    It follows no redirect, uses no proxy, keeps no cookie and no connection. A 2xx is a success as soon as it is said,
    however the body goes on; the body is thrown away.
    """

    def __init__(
        self,
        *,
        trusted: Sequence[Network] = (),
        allow_http: bool = False,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Keep what the installation's owner has decided.

        `trusted` are networks that may be called although they aren't public; `tls` says which certificates are
        believed, if not those that the machine believes. The HTTP library stops logging its steps, which tell whom it
        calls.
        """
        logging.getLogger("httpcore2").setLevel(logging.WARNING)
        self._gate = Gate(trusted=trusted, resolver=resolver)
        self._allow_http = allow_http
        self._tls = tls or httpx2.create_ssl_context()
        self._seconds = seconds

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send a delivery once; raises `DeliveryError`, whose text holds neither the address nor the answer."""
        problem = check_url(delivery.url, allow_http=self._allow_http)
        if problem is not None:
            raise DeliveryRefusedError(problem)
        try:
            status, retry_after = await self._send(_request(delivery))
        except (TimeoutError, httpx2.TimeoutException):
            raise DeliveryFailedError("took too long") from None
        except httpx2.HTTPError as error:
            raise DeliveryFailedError(f"can't be reached: {type(error).__name__}") from None
        except (httpx2.InvalidURL, UnicodeError):  # the latter for an international name that is none
            raise DeliveryRefusedError("the address can't be read") from None
        if status == _GONE:
            raise GoneError(f"status {status}", status=status)
        if not httpx2.codes.is_success(status):
            raise DeliveryFailedError(f"status {status}", status=status, retry_after=retry_after)
        return Outcome(status=status)

    async def _send(self, request: httpx2.Request) -> tuple[int, int | None]:
        host, port = request.url.raw_host.decode("ascii"), request.url.port or _PORTS[request.url.scheme]
        # A pool for this delivery alone: connections are found by address, and two names may share one.
        async with httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            async with asyncio.timeout(self._seconds):
                addresses = await self._gate.addresses_of(host, port)
                response = await _answer(transport, request, addresses)
            await _throw_away(response)
        return response.status_code, _seconds(response.headers.get("retry-after"))


def _request(delivery: Delivery) -> httpx2.Request:
    signatures = (
        signature(secret, id_=delivery.id, timestamp=delivery.sent_at, body=delivery.body)
        for secret in delivery.secrets
    )
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": delivery.id,
        "webhook-timestamp": str(delivery.sent_at),
        "webhook-signature": " ".join(signatures),
    }
    return httpx2.Request("POST", delivery.url, headers=headers, content=delivery.body)


async def _answer(
    transport: httpx2.AsyncHTTPTransport, request: httpx2.Request, addresses: Sequence[Address]
) -> httpx2.Response:
    """Send a request to the first address that can be connected to."""
    *others, last = addresses
    for address in others:
        with contextlib.suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
            return await transport.handle_async_request(_to(address, request))
    return await transport.handle_async_request(_to(last, request))


def _to(address: Address, request: httpx2.Request) -> httpx2.Request:
    """Send a request to an IP address; its `Host`, and the name that the certificate must be for, stay."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions={
            "sni_hostname": request.url.raw_host.decode("ascii"),
            "timeout": httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS).as_dict(),
        },
    )


async def _throw_away(response: httpx2.Response) -> None:
    """Read an answer's body for a moment, so that its sender can finish, and keep nothing of it."""
    read = 0
    # What is needed has been said, so neither a slow nor a broken body changes anything.
    with contextlib.suppress(TimeoutError, httpx2.HTTPError):
        async with contextlib.aclosing(response), asyncio.timeout(BODY_SECONDS):
            async for part in response.aiter_raw():
                read += len(part)
                if read > MOST_BYTES:
                    break


def _seconds(retry_after: str | None) -> int | None:
    """Read `Retry-After` where it is a number of seconds, a day at most; a date, or nonsense, is none."""
    if retry_after is None or not re.fullmatch(r"[0-9]{1,9}", retry_after):
        return None
    return min(int(retry_after), LONGEST_RETRY_AFTER)
