"""What an operation is given and what it may say: the request after all checks, an answer, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.contract import V3, Operation
from fieldfare_ghl_sim.tokens import Token, Tokens
from fieldfare_ghl_sim.world import Quirks, Record, World

_LONGEST_MILLISECONDS = 13  # until the year 2286


class Refused(Exception):
    """The vendor answers this request with an error."""

    def __init__(self, status: int, message: str | list[str], **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = more

    def body(self) -> Record:
        """Write the error as the vendor writes it."""
        told: Record = {"statusCode": self.status, "message": self.message}
        if self.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS):
            told["error"] = HTTPStatus(self.status).phrase
        elif self.status == HTTPStatus.BAD_REQUEST:
            told["error"] = "Bad Request"
        return told | self.more


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request that has passed all checks, with the world that it is about."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Any
    token: Token | None
    location: str | None
    now: float
    strict: bool
    world: World
    tokens: Tokens
    quirks: Quirks
    emit: Callable[[str, str, Record], None]
    offered: dict[str, set[str]]
    made_by: str = field(default="oauth")

    @property
    def v3(self) -> bool:
        """Say whether the newer generation was asked for."""
        return self.operation.generation == V3

    def one(self, name: str) -> str | None:
        """Give a query parameter, or nothing."""
        values = self.query.get(name)
        return values[0] if values else None

    def flag(self, name: str) -> bool:
        """Give a query parameter that is true or false."""
        return self.one(name) == "true"

    def zone(self, location: str) -> str:
        """Give a location's time zone."""
        return str(self.world.locations[location]["timezone"])

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """Give a query parameter that has to be a whole number; the files say `number` or even `string` of it."""
        text = self.one(name)
        if text is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"{name} must be an integer number"])
        if int(text) < least:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"{name} must not be less than {least}"])
        if most is not None and int(text) > most:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"{name} must not be greater than {most}"])
        return int(text)

    def moment(self, text: Any, location: str, name: str) -> int:
        """Read a moment of the request's body."""
        at = moments.read(text, self.zone(location)) if isinstance(text, str) else None
        if at is None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"{name} must be a valid ISO 8601 date string"])
        return at

    def milliseconds(self, name: str) -> float:
        """Read a moment of the query: milliseconds as digits."""
        text = self.one(name) or ""
        if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_MILLISECONDS:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"{name} must be a number string"])
        return int(text) / 1000

    def window(self) -> Callable[[Record], bool]:
        """Read the window of a list; gives what says of an entry whether it is in the list.

        All three lists keep one rule: the end is not kept to, and what began before the start is missing.
        """
        start = self.milliseconds("startTime")
        end = self.milliseconds("endTime") + self.quirks.loose_end_seconds

        def is_listed(item: Record) -> bool:
            is_seen = item["start"] >= start if self.quirks.overlap_missing else item["end"] > start
            return bool(is_seen and item["start"] < end)

        return is_listed

    def check_assigned(self, location: str, name: str = "assignedUserId") -> None:
        """Refuse somebody who is named in the body and is none of the location's users."""
        if (user := self.body.get(name)) and not self.world.works_for(user, location):
            raise Refused(HTTPStatus.BAD_REQUEST, "The assigned user does not exist.")

    def found(self, kind: Mapping[str, Record], name: str, what: str) -> Record:
        """Find the record that the path names."""
        record = kind.get(self.path[name])
        if record is None or record.get("deleted"):
            raise Refused(HTTPStatus.NOT_FOUND, f"{what} not found")
        return record


Served = Callable[[Asked], Any]
SERVED: dict[str, Served] = {}


def serves(*operations: str) -> Callable[[Served], Served]:
    """Say which operations of the files a function serves."""

    def register(function: Served) -> Served:
        for operation in operations:
            SERVED[operation] = function
        return function

    return register
