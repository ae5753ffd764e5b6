"""What is known of one request, in one place that middleware, routes and security share."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

_KEY = "fieldfare.request"


@dataclass(slots=True, kw_only=True)
class RequestFacts:
    """One request. `client` is the address that counts, behind trusted proxies; `method` is the one that was sent.

    Security writes `business` as soon as it knows it: the access log tells it. `body_limit` is for the routes that
    take longer bodies than the others.
    """

    request_id: str
    method: str
    client: str
    business: str | None = None
    body_limit: int | None = None


def facts_of(scope: MutableMapping[str, Any]) -> RequestFacts:
    """Give the facts of the request of this ASGI scope (`facts_of(request.scope)`)."""
    facts: RequestFacts = scope[_KEY]
    return facts


def keep_facts(scope: MutableMapping[str, Any], facts: RequestFacts) -> None:
    """Put the facts where `facts_of` finds them."""
    scope[_KEY] = facts
