"""Say who is to be told of what happens: new webhooks, changes, new secrets, and their end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.configuration import Document
from fieldfare.domain.webhooks import SECRET_BYTES, EventType, check_url, written_secret
from fieldfare.ports.storage import Books, Entry
from fieldfare.ports.webhooks import Webhook
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.webhooks.refusals import UnknownWebhookError, WebhookRefusedError

SUBJECT = "webhooks"
MOST_WEBHOOKS = 20
MOST_SECRETS = 2
"""While a secret is being replaced there are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """An address that is to be called, for some types of events, or for all if none is named."""

    url: str
    types: Sequence[str]
    actor: Actor
    allow_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be another: None leaves it as it is. To enable a webhook ends whatever it was disabled for."""

    webhook: str
    actor: Actor
    url: str | None = None
    types: Sequence[str] | None = None
    enabled: bool | None = None
    allow_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate:
    """A webhook that gets a new secret; the old one goes on signing beside it, unless it is known to others."""

    webhook: str
    actor: Actor
    keep_old: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A webhook, and its new secret as its receiver is given it, which is shown this once."""

    webhook: Webhook
    secret: str


async def register(_: Desk, wanted: Register) -> Act[Registered]:
    """Plan a new webhook; raises `WebhookRefusedError`."""
    _refuse_url(wanted.url, allow_http=wanted.allow_http)
    types = _types(wanted.types)

    async def act(books: Books) -> Registered:
        if len(await books.webhooks.all()) >= MOST_WEBHOOKS:
            raise WebhookRefusedError(f"a business has {MOST_WEBHOOKS} webhooks at most")
        secret = secrets.token_bytes(SECRET_BYTES)
        webhook = Webhook(
            id=new_id(now=books.moment), url=wanted.url, types=types, secrets=(secret,), created_at=books.moment
        )
        await books.webhooks.save(webhook)
        await _write_down(books, "create", wanted.actor, before=None, after=webhook)
        return Registered(webhook=webhook, secret=written_secret(secret))

    return act


async def change(_: Desk, wanted: Change) -> Act[Webhook]:
    """Plan a change of a webhook; raises `UnknownWebhookError` and `WebhookRefusedError`."""
    if wanted.url is not None:
        _refuse_url(wanted.url, allow_http=wanted.allow_http)
    types = None if wanted.types is None else _types(wanted.types)

    async def act(books: Books) -> Webhook:
        before = await _locked(books, wanted.webhook)
        after = replace(
            before,
            url=before.url if wanted.url is None else wanted.url,
            types=before.types if types is None else types,
        )
        if wanted.enabled is True:
            after = replace(after, disabled_at=None, disabled_because=None)
        elif wanted.enabled is False and before.disabled_at is None:
            after = replace(after, disabled_at=books.moment, disabled_because="by hand")
        if after != before:
            await books.webhooks.save(after)
            await _write_down(books, "change", wanted.actor, before=before, after=after)
        return after

    return act


async def rotate(_: Desk, wanted: Rotate) -> Act[Registered]:
    """Plan a new secret; raises `UnknownWebhookError`."""

    async def act(books: Books) -> Registered:
        before = await _locked(books, wanted.webhook)
        secret = secrets.token_bytes(SECRET_BYTES)
        kept = before.secrets[: MOST_SECRETS - 1] if wanted.keep_old else ()
        after = replace(before, secrets=(secret, *kept))
        await books.webhooks.save(after)
        await _write_down(books, "rotate", wanted.actor, before=before, after=after)
        return Registered(webhook=after, secret=written_secret(secret))

    return act


async def delete(_: Desk, webhook: str, *, actor: Actor) -> Act[None]:
    """Plan the end of a webhook; raises `UnknownWebhookError`."""

    async def act(books: Books) -> None:
        before = await _locked(books, webhook)
        await books.webhooks.delete(webhook)
        await _write_down(books, "delete", actor, before=before, after=None)

    return act


async def disable(books: Books, before: Webhook, *, because: str, actor: Actor) -> None:
    """Disable a webhook that is locked."""
    after = replace(before, disabled_at=books.moment, disabled_because=because)
    await books.webhooks.save(after)
    await _write_down(books, "disable", actor, before=before, after=after, reason=because)


def _refuse_url(url: str, *, allow_http: bool) -> None:
    problem = check_url(url, allow_http=allow_http)
    if problem is not None:
        raise WebhookRefusedError(problem)


def _types(wanted: Sequence[str]) -> tuple[str, ...]:
    known = {type_.value for type_ in EventType}
    if not known.issuperset(wanted):
        raise WebhookRefusedError(f"types of events are {', '.join(sorted(known))}")
    return tuple(sorted(set(wanted)))


async def _locked(books: Books, webhook: str) -> Webhook:
    found = await books.webhooks.find(webhook, for_change=True)
    if found is None:
        raise UnknownWebhookError
    return found


async def _write_down(
    books: Books, action: str, actor: Actor, *, before: Webhook | None, after: Webhook | None, reason: str | None = None
) -> None:
    id_ = before.id if before is not None else after.id if after is not None else ""
    entry = Entry(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=id_,
        before=None if before is None else _described(before),
        after=None if after is None else _described(after),
        reason=reason,
    )
    await books.audit.write([entry])


def _described(webhook: Webhook) -> Document:
    """Describe a webhook for the trail: many an address is a secret itself, so of it only the sum stays."""
    return {
        "url_sha256": hashlib.sha256(webhook.url.encode()).hexdigest(),
        "types": list(webhook.types),
        "secrets": len(webhook.secrets),
        "disabled": webhook.disabled_because if webhook.disabled_at is not None else None,
    }
