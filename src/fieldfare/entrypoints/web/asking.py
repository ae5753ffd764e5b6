"""One request of somebody who books: who is asked, in which language, how far they are, and where links lead."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.addresses import Located
from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.web.colours import read_colour
from fieldfare.entrypoints.web.forms import Form, read_form
from fieldfare.entrypoints.web.state import KEPT_SECONDS, BrokenStateError, State, read_state, sign_state
from fieldfare.entrypoints.web.tongues import Tongue, language_of, preferred, tongue_of
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.integrations.proposal_link import known_by

TYPED = ("name", "email", "phone", "address", "postal_code", "unit", "city", "notes")
"""What a link may fill in, and what a customer types about themselves."""

_LONGEST = 1_000
_TOKEN = re.compile(r"[0-9a-f]{8,40}\.[A-Za-z0-9_-]{40,60}")
_THE_PAGE_S_OWN = frozenset({"s", "choice", "once"})
_PAST_DETAILS = frozenset({"done", "visits", "waiting"})
_THEMES = frozenset({"light", "dark"})
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the page is to look and speak, and who embeds it; it travels in the query of every link.

    `proposal` stands for what is known of whoever was sent a link: it is filled in as `prefill` is.
    """

    language: Language | None = None
    theme: str | None = None
    host: str | None = None
    brand: str | None = None
    proposal: str | None = None
    prefill: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Manner:
        """Read a query; what isn't on the list, or can't be, is left out."""
        theme, host = query.get("theme"), query.get("host", "").lower()
        colour = read_colour(query.get("brand"))
        proposal = query.get("proposal", "")
        return cls(
            language=language_of(query.get("lang")),
            theme=theme if theme in _THEMES else None,
            host=host if _ORIGIN.fullmatch(host) else None,
            brand=None if colour is None else colour[1:],
            proposal=proposal if _TOKEN.fullmatch(proposal) else None,
            prefill={key: query[key][:_LONGEST] for key in TYPED if query.get(key)},
        )

    def query(self, *, prefill: bool = True) -> dict[str, str]:
        """Write it as it travels, with or without what a link filled in."""
        own = {"lang": self.language, "theme": self.theme, "host": self.host, "brand": self.brand}
        known = {"proposal": self.proposal, **self.prefill} if prefill else {}
        return {key: value for key, value in (own | known).items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request to a business's pages."""

    request: Request
    rooms: Rooms
    current: Current
    secret: bytes
    tongue: Tongue
    manner: Manner
    state: State
    form: Form = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def filled_in(self) -> Mapping[str, str]:
        """What the link says of whoever follows it, or stands for."""
        return {**self.known, **self.manner.prefill}

    @property
    def business(self) -> Business:
        """The business that is asked."""
        return self.current.snapshot.business

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def query(self) -> Mapping[str, str]:
        """The request's query."""
        return self.request.query_params

    @property
    def by_form(self) -> bool:
        """Whether a form was sent."""
        return self.request.method == "POST"

    @property
    def embedded_in(self) -> str | None:
        """The origin of the site that embeds the page, if it may."""
        host = self.manner.host
        return host if host is not None and self.business.booking_page.may_embed(host) else None

    def link(self, *path: str, state: State | None = None, bare: bool = False, **more: Any) -> str:
        """Give the address of a page of this business, with what travels along unless `bare`; a None is left out."""
        chosen = {} if state is None else {"s": self.signed(state)}
        # What a link filled in about somebody goes no further than the form that asks for it.
        personal = bool(path) and path[0] in _PAST_DETAILS
        query = (
            chosen
            | self.manner.query(prefill=not personal)
            | {key: str(value) for key, value in more.items() if value is not None}
        )
        address = "/".join(("/book", self.business.id, *path))
        if bare:
            return address
        return f"{address}?{urlencode(query)}" if query else address

    def signed(self, state: State) -> str:
        """Sign a state."""
        return sign_state(state, secret=self.secret)

    def with_state(self, **chosen: str | None) -> State:
        """Give the state with something else chosen."""
        return replace(self.state, **chosen)

    def go(self, *path: str, state: State | None = None, **more: Any) -> Response:
        """Send the browser to another page of this business, by GET."""
        return RedirectResponse(self.link(*path, state=state, **more), status_code=303)

    @property
    def carried(self) -> Form:
        """What was typed into the form that was sent, without what the page itself had put there."""
        return {key: value for key, value in self.form.items() if key not in _THE_PAGE_S_OWN}

    def typed(self) -> dict[str, str]:
        """Give what the customer typed, or what the link filled in."""
        return {key: self.form.get(key, self.filled_in.get(key, ""))[:_LONGEST] for key in TYPED}

    async def remember(self, located: Located) -> str:
        """Keep a place under an id that nobody guesses, as long as a step can be come back to."""
        place = secrets.token_urlsafe(16)
        cache = self.rooms.geocode_cache(self.business.id)
        await cache.put(_key(place), (located,), self.rooms.clock() + KEPT_SECONDS)
        return place

    async def place(self) -> Located | None:
        """Give the place that was chosen; None if none was, or if it was too long ago."""
        if self.state.place is None:
            return None
        kept = await self.rooms.geocode_cache(self.business.id).get(_key(self.state.place))
        return kept[0] if kept else None


async def asking_of(request: Request) -> Asking:
    """Read a request; raises `Problem` for no such business, a broken link, a foreign form, or too many requests.

    A form that changes something must carry a state that was signed for this business: the page that sent it is ours.
    """
    limits = limits_of(request)
    limits.spend_address(request)
    rooms: Rooms = request.app.state.given
    business = str(request.path_params["business"])
    current = await current_business(rooms, business)
    limits.spend(Bucket.BUSINESS, business)
    facts_of(request.scope).business = business
    secret = await rooms.acting.secret(business)
    form = await read_form(request) if request.method == "POST" else {}
    sent = form.get("s") if request.method == "POST" else request.query_params.get("s")
    if request.method == "POST" and sent is None:
        raise Problem("cross_site")
    try:
        state = State() if sent is None else read_state(sent, secret=secret)
    except BrokenStateError:
        raise Problem("cross_site" if request.method == "POST" else "not_found") from None
    if state.flow is None:
        state = replace(state, flow=secrets.token_urlsafe(12))
    manner = Manner.of(request.query_params)
    return Asking(
        request=request,
        rooms=rooms,
        current=current,
        secret=secret,
        tongue=tongue_of(manner.language or preferred(request.headers.get("accept-language", ""))),
        manner=manner,
        state=state,
        form=form,
        known=await _known(rooms, business, manner.proposal, secret=secret),
    )


async def _known(rooms: Rooms, business: str, proposal: str | None, *, secret: bytes) -> Mapping[str, str]:
    """Look up what a proposal's link stands for."""
    if proposal is None:
        return {}
    async with rooms.storage.open(business) as books:
        return await known_by(books, proposal, secret=secret)


def _key(place: str) -> bytes:
    return hashlib.sha256(b"a place of the booking page " + place.encode()).digest()


Values = dict[str, Any]
"""What a template is given."""
