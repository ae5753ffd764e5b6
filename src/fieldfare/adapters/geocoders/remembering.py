"""Remembers what a network geocoder has answered, under a key from which no address can be read.

Found answers are kept for as long as the vendor's terms allow, empty ones for a day: towns build new streets, but
customers retry typing errors. A failure is no answer and is never kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable

from fieldfare.domain.addresses import Located, tidy
from fieldfare.ports.geocode_cache import GeocodeCache
from fieldfare.ports.geocoder import Bias

NOTHING_SECONDS = 86_400


def cache_key(*, geocoder: str, kind: str, question: str, bias: Bias) -> bytes:
    """Make the key of a question; how it was spaced and which letters were capitals makes no difference.

    The place that the bias is near is left out: a cache belongs to one business, whose bias is always the same.
    """
    parts = [geocoder, kind, tidy(question).casefold(), sorted(bias.countries)]
    return hashlib.sha256(json.dumps(parts).encode()).digest()


async def remembered(
    ask: Callable[[], Awaitable[tuple[Located, ...]]],
    *,
    key: bytes,
    cache: GeocodeCache,
    now: int,
    keep_seconds: int,
) -> tuple[Located, ...]:
    """Answer from the cache, or ask and remember the answer."""
    known = await cache.get(key)
    if known is not None:
        return known
    results = await ask()
    found = any(result.precision.locates for result in results)
    await cache.put(key, results, now + (keep_seconds if found else min(NOTHING_SECONDS, keep_seconds)))
    return results
