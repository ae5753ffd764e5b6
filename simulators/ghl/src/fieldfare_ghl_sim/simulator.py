"""The simulator: one simulated vendor, with its door for HTTP and its switches for tests."""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import RLock
from typing import Any
from urllib.parse import parse_qs

import orjson

import fieldfare_ghl_sim.operations.appointments
import fieldfare_ghl_sim.operations.blocks
import fieldfare_ghl_sim.operations.calendars
import fieldfare_ghl_sim.operations.contact_search
import fieldfare_ghl_sim.operations.contacts
import fieldfare_ghl_sim.operations.notes
import fieldfare_ghl_sim.operations.oauth
import fieldfare_ghl_sim.operations.opportunities
import fieldfare_ghl_sim.operations.places
import fieldfare_ghl_sim.operations.services  # noqa: F401 - each registers the operations that it serves
from fieldfare_ghl_sim import gate
from fieldfare_ghl_sim.asked import SERVED, Asked, Refused
from fieldfare_ghl_sim.contract import Operation, contract
from fieldfare_ghl_sim.faults import Dropped, Fault, Faults
from fieldfare_ghl_sim.hands import Hands
from fieldfare_ghl_sim.limits import Limits
from fieldfare_ghl_sim.routes import Route, Routes
from fieldfare_ghl_sim.tokens import Token, Tokens
from fieldfare_ghl_sim.webhooks import Keys, Outbox
from fieldfare_ghl_sim.world import Quirks, World

Headers = Mapping[str, str]
_LOG = logging.getLogger(__name__)
_KEPT_CALLS = 1_000_000
_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was made, for tests to count."""

    at: float
    method: str
    path: str
    template: str | None
    status: int
    location: str | None
    version: str | None
    query: Mapping[str, list[str]] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str]
    slow: float = 0.0


class Simulator(Hands):
    """A simulated vendor. Its state is changed through its door `app`, and by hand through the methods of `Hands`."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        strict: bool = True,
        *,
        quirks: Quirks | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self.strict = strict
        self.sleep = sleep
        self.quirks = quirks or Quirks()
        self.world = World()
        self.tokens = Tokens()
        self.limits = Limits()
        self.faults = Faults()
        self.keys = Keys()
        self.outbox = Outbox(self.keys, self.faults, clock, self.quirks)
        self.webhook_url: str | None = None
        self.offered: dict[str, set[str]] = {}
        self.calls: list[Call] = []
        self.lock = RLock()
        self._contract = contract()
        self._routes = Routes(self._contract.operations)
        self._traces = 0

    @property
    def app(self) -> Callable[..., Awaitable[None]]:
        """Give the door: an ASGI application, the vendor's paths and the simulator's own under /_sim/."""
        from fieldfare_ghl_sim.door import Door  # noqa: PLC0415 - the door knows the simulator, not the other way round

        return Door(self)

    def answer(self, method: str, path: str, query: str, headers: Headers, raw: bytes) -> Answer:
        """Answer one request of the vendor's interface; raises `Dropped` where the connection breaks."""
        with self.lock:
            request = _Request(method, path, parse_qs(query, keep_blank_values=True), headers, raw)
            found = self._routes.find(method, path)
            if self.faults.is_down:  # a fault that was ordered waits until there is somebody to have it
                self._note(request, found, HTTPStatus.BAD_GATEWAY)
                return Answer(status=HTTPStatus.BAD_GATEWAY, body=_GATEWAY, headers={"Content-Type": "text/html"})
            fault = self.faults.pick(method, path, found[0].template if found else None)
            return self._faulty(request, found, fault)

    def _faulty(self, request: _Request, found: tuple[Route, dict[str, str]] | None, fault: Fault | None) -> Answer:
        """Answer with what was ordered to go wrong."""
        if fault is None:
            return self._checked(request, found)
        fails = fault.status is not None or fault.drop
        if fails and not fault.after_commit:
            answer = Answer(status=fault.status or 0, body=b"", headers={})
            self._note(request, found, answer.status)
        elif fault.lost:
            before = copy.deepcopy(self.world), list(self.outbox.pending)
            answer = self._checked(request, found)
            self.world, self.outbox.pending[:] = before
        else:
            answer = self._checked(request, found)
        if fault.drop:
            raise Dropped("The simulator dropped the connection")
        if fault.status is not None:
            answer = self._failed(request, fault)
        return Answer(status=answer.status, body=answer.body, headers=answer.headers, slow=fault.slow)

    def _failed(self, request: _Request, fault: Fault) -> Answer:
        status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
        message = "Too Many Requests" if status == HTTPStatus.TOO_MANY_REQUESTS else status.phrase
        headers = self.limits.headers(self._limit_key(request, None), self.clock())
        if fault.retry_after is not None:
            headers["Retry-After"] = f"{fault.retry_after:g}"
        return self._write(status, {"statusCode": int(status), "message": message}, headers)

    def _checked(self, request: _Request, found: tuple[Route, dict[str, str]] | None) -> Answer:
        """Run the checks in the vendor's order, then the operation; write what comes of it."""
        now = self.clock()
        seen = _Seen()
        headers: dict[str, str] = {}
        try:
            body, status = self._passed(request, found, seen, now)
        except Refused as refusal:
            status, body = refusal.status, refusal.body()
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                body.pop("error", None)
                retry = body.pop("retry")
                headers = {"Retry-After": f"{max(1, round(retry))}"} if self.quirks.retry_after else {}
        except Exception as error:
            _LOG.exception("The simulator failed at %s %s", request.method, request.path)
            told = f"Simulator: it failed by itself: {type(error).__name__}: {error}"
            status, body = HTTPStatus.INTERNAL_SERVER_ERROR, {"statusCode": 500, "message": told}
        if seen.operation is not None and self.strict:
            wrong = self._contract.answer_errors(seen.operation, status, body)
            if wrong:
                name = f"{seen.operation.generation} {seen.operation.name}"
                told = f"Simulator: its own answer to {name} does not fit the files: {'; '.join(wrong)}"
                status, body = HTTPStatus.INTERNAL_SERVER_ERROR, {"statusCode": 500, "message": told}
        self._note(request, found, status, seen.location)
        limits = self.limits.headers(self._limit_key(request, seen.location), now)
        return self._write(status, body, limits | headers)

    def _passed(
        self, request: _Request, found: tuple[Route, dict[str, str]] | None, seen: _Seen, now: float
    ) -> tuple[Any, int]:
        if found is None:
            raise gate.cannot(request.method, request.path)
        route, path = found
        token = gate.authenticate(route, self.tokens, request.header("authorization"), now)
        version = request.header("version")
        operation = seen.operation = gate.pick_version(route, version, path=request.path, strict=self.strict)
        gate.authorise(operation, token)
        body = gate.read_body(operation, request.raw, request.header("content-type") or "")
        touched = gate.locations(self.world, operation, path, request.query, body)
        seen.location = min(touched, default=None if token is None else token.location)
        gate.admit(self.world, operation, token, touched, request.query)
        wait = self.limits.take(self._limit_key(request, seen.location), now)
        if wait is not None:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", retry=wait)
        body = gate.validate(self._contract, operation, request.query, body, strict=self.strict)
        for location in touched - self.world.locations.keys():
            raise Refused(HTTPStatus.BAD_REQUEST, f"Location {location} not found")
        asked = self._asked(operation, path, request.query, body, token=token, location=seen.location, now=now)
        return SERVED[operation.id](asked), operation.success

    def _asked(
        self,
        operation: Operation,
        path: dict[str, str],
        query: dict[str, list[str]],
        body: Any,
        *,
        token: Token | None,
        location: str | None,
        now: float,
    ) -> Asked:
        return Asked(
            operation=operation,
            path=path,
            query=query,
            body=body,
            token=token,
            location=location,
            now=now,
            strict=self.strict,
            world=self.world,
            tokens=self.tokens,
            quirks=self.quirks,
            emit=self.outbox.emit,
            offered=self.offered,
        )

    def _limit_key(self, request: _Request, location: str | None) -> tuple[str, str]:
        text = (request.header("authorization") or "").partition(" ")[2]
        token = self.tokens.tokens.get(text)
        if token is None:
            return "nobody", ""
        return token.app, location or token.location or token.company or ""

    def _write(self, status: int, body: Any, headers: dict[str, str]) -> Answer:
        self._traces += 1
        trace = f"trace-sim-{self._traces:08d}"
        told = body | {"traceId": trace} if isinstance(body, dict) else body
        sent = headers | {"Content-Type": "application/json; charset=utf-8", "X-Trace-Id": trace}
        return Answer(status=int(status), body=orjson.dumps(told), headers=sent)

    def _note(
        self, request: _Request, found: tuple[Route, dict[str, str]] | None, status: int, location: str | None = None
    ) -> None:
        if len(self.calls) >= _KEPT_CALLS:
            del self.calls[: _KEPT_CALLS // 2]
        self.calls.append(
            Call(
                at=self.clock(),
                method=request.method,
                path=request.path,
                template=found[0].template if found else None,
                status=int(status),
                location=location,
                version=request.header("version"),
                query=request.query,
                body=request.raw,
            )
        )


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Headers
    raw: bytes

    def header(self, name: str) -> str | None:
        return self.headers.get(name)


@dataclass(slots=True)
class _Seen:
    operation: Operation | None = None
    location: str | None = None
