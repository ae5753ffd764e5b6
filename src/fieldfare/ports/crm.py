"""The company's CRM: one account of one vendor, in our words. Errors say what the caller can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable


class CrmError(Exception):
    """The CRM didn't do what it was asked. The message is for the people of the business: no token, no personal data.

    `status` is that of the answer, `trace` the vendor's own number of the call, where there was one.
    """

    code = "crm_failed"

    def __init__(self, message: str, *, status: int | None = None, trace: str | None = None) -> None:
        """Keep what the answer was."""
        super().__init__(message)
        self.status = status
        self.trace = trace


class CrmUnavailableError(CrmError):
    """It is down, slow or out of reach, and nothing was written: the same call may succeed later."""

    code = "crm_unavailable"


class CrmOutcomeUnknownError(CrmUnavailableError):
    """A write was sent and no answer came: look whether it was done before it is done again."""

    code = "crm_outcome_unknown"


class CrmRateLimitedError(CrmUnavailableError):
    """Too many calls: not before `retry_after` seconds; `daily` where it is the day's whole allowance."""

    code = "crm_rate_limited"

    def __init__(
        self,
        message: str,
        *,
        retry_after: float,
        daily: bool = False,
        status: int | None = None,
        trace: str | None = None,
    ) -> None:
        """Keep how long to wait."""
        super().__init__(message, status=status, trace=trace)
        self.retry_after = retry_after
        self.daily = daily


class CrmUnauthorisedError(CrmError):
    """The token is no longer taken: somebody has to connect anew."""

    code = "crm_unauthorised"


class CrmForbiddenError(CrmError):
    """The token may not do this: a scope is missing, or it is another account's."""

    code = "crm_forbidden"


class CrmRefusedError(CrmError):
    """It will never do this as it was asked; `taken` where it says that the time is not free."""

    code = "crm_refused"

    def __init__(
        self, message: str, *, taken: bool = False, status: int | None = None, trace: str | None = None
    ) -> None:
        """Keep whether the time was taken."""
        super().__init__(message, status=status, trace=trace)
        self.taken = taken


class CrmNotFoundError(CrmError):
    """What the call is about is not there (any more)."""

    code = "crm_not_found"


class SourceKind(StrEnum):
    """The three places in which people's time is kept."""

    APPOINTMENTS = "ghl.appointment"
    BLOCKS = "ghl.block"
    SERVICES = "ghl.service"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CrmScope:
    """One question of a sweep: appointments of a calendar, blocks of a user or a calendar, all service bookings."""

    source: SourceKind
    calendar: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmReading:
    """What a sweep has read: `complete` scopes were read whole, and what they lack is gone; `failed` ones say why.

    `scarce` says that little is left of what may be asked today.
    """

    since: int
    until: int
    items: tuple[Outside, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    complete: frozenset[CrmScope] = frozenset()
    failed: Mapping[CrmScope, CrmError] = field(default_factory=dict)
    scarce: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmAccount:
    """The account itself. `allows_duplicates`: whether two contacts may have one email or phone."""

    id: str
    company: str | None
    name: str
    time_zone: str
    country: str | None = None
    allows_duplicates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmUser:
    """Somebody who works in the CRM."""

    id: str
    name: str
    email: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmCalendar:
    """A calendar: its vendor's type, and whose it is."""

    id: str
    name: str
    kind: str
    active: bool = True
    users: frozenset[str] = frozenset()

    @property
    def takes_blocks(self) -> bool:
        """Whether the calendar itself can be blocked; of all others only their users can."""
        return self.kind == "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmService:
    """An entry of the catalogue of services, and who does it."""

    id: str
    name: str
    users: frozenset[str] = frozenset()
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmServiceLocation:
    """Where services take place; `asks_booker` is the mode in which the customer says where."""

    id: str
    name: str
    asks_booker: bool
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmField:
    """A custom field of contacts: `key` is `contact.manage_link`."""

    id: str
    key: str
    name: str
    kind: str = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmStage:
    """A stage of a pipeline."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmPipeline:
    """A pipeline and its stages, in their order."""

    id: str
    name: str
    stages: tuple[CrmStage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmContact:
    """A contact as it is read: phone in E.164 where it could be; `fields` by field id."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str | None = None
    country: str | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address in one line, empty where there is none."""
        town = " ".join(part for part in (self.state, self.postal_code or "") if part)
        return ", ".join(part for part in (self.street, self.city, town) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmPerson:
    """A customer as we write them: only what we know is sent, and no tag.

    `fields` are custom fields by their ids, to be written in the same call; all others stay.
    """

    name: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    street: str = field(default="", repr=False)
    postal_code: str | None = field(default=None, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmTarget:
    """Where a product's visits are written: a calendar, or a service at a service location."""

    calendar: str | None = None
    service: str | None = None
    service_location: str | None = None

    @property
    def source(self) -> SourceKind:
        """Tell which of the two it is."""
        return SourceKind.SERVICES if self.service is not None else SourceKind.APPOINTMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmVisit:
    """A visit as it is to stand in the CRM; `user` is who goes, `place_text` where, `zone` the business's time zone."""

    target: CrmTarget
    contact: str
    user: str | None
    start: int
    end: int
    title: str = field(repr=False)
    description: str = field(default="", repr=False)
    place_text: str = field(default="", repr=False)
    time_zone: str = "UTC"
    notify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmWritten:
    """What a visit is called in the CRM."""

    source: SourceKind
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmAsked:
    """What was asked for of a visit whose answer was lost, by which it is told from what people have written.

    Its `title`, of whose `contacts` (none: not known), and its `times`: each a start, an end, and who goes.
    """

    title: str = field(default="", repr=False)
    contacts: frozenset[str] = frozenset()
    times: tuple[tuple[int, int, str | None], ...] = ()

    def is_at(self, start: int | None, end: int | None, user: str | None) -> bool:
        """Tell whether an entry stands as it was asked for; what says nobody goes may have lost who does."""
        return any((start, end) == (one[0], one[1]) and user in {None, one[2]} for one in self.times)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmNote:
    """A note on a contact. `mark` stands in the body: a note that holds it is there already."""

    title: str
    body: str = field(repr=False)
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmOpportunity:
    """A chance of a sale, and where it stands; `reached_at` is since when, where the vendor says."""

    id: str
    name: str
    pipeline: str
    stage: str
    status: str
    contact: str | None
    updated_at: int | None = None
    reached_at: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How often one account may be asked: `burst` calls at once, and `per_second` for as long as one likes.

    Of the burst, `kept_back` calls are left to what somebody waits for.
    """

    burst: float
    per_second: float
    kept_back: float = 0.0

    def needed(self, *, pressing: bool) -> float:
        """Tell how many calls have to be left for one to be made: what isn't `pressing` leaves the last ones."""
        return 1.0 if pressing else 1.0 + min(self.kept_back, self.burst - 1.0)


class Turns(Protocol):
    """Leave to ask one account, which all processes of an installation take from the same allowance."""

    async def take(self, allowance: Allowance, *, pressing: bool) -> float:
        """Take leave for one call, and give 0; or else the seconds after which to ask for it again.

        Raises `CrmUnavailableError` where nobody can tell.
        """
        ...


class TokenSource(Protocol):
    """Gives the token of one account; whoever renews it does so once for everybody."""

    async def token(self) -> str:
        """Give the token as it is known now, refreshed if it is about to run out; raises `CrmUnauthorisedError`."""
        ...

    async def renewed(self, rejected: str) -> str:
        """Give a newer token than one that was just rejected; raises `CrmUnauthorisedError` where there is none."""
        ...


class CapabilityState(StrEnum):
    """How a check went."""

    WORKS = "works"
    MISSING = "missing"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One line of the check: what Fieldfare needs, whether it is there, and what to do where it isn't.

    `name` is one of a fixed list (`account`, `users`, `calendars`, `appointments`, `blocks`, `services`, `contacts`,
    `fields`, `notes`, `opportunities`, and `technician:<id>`, `calendar:<id>`); `advice` is a sentence for people.
    """

    name: str
    state: CapabilityState
    advice: str = ""


class Crm(Protocol):
    """One account of a CRM. Every call takes seconds at most, and raises `CrmError`."""

    async def account(self) -> CrmAccount:
        """Read the account."""
        ...

    async def users(self) -> tuple[CrmUser, ...]:
        """List those who work in the account, deleted ones left out."""
        ...

    async def calendars(self) -> tuple[CrmCalendar, ...]:
        """List the calendars."""
        ...

    async def services(self) -> tuple[CrmService, ...]:
        """List the catalogue of services; empty where the account has none."""
        ...

    async def service_locations(self) -> tuple[CrmServiceLocation, ...]:
        """List where services take place; empty where the account has no services."""
        ...

    async def fields(self) -> tuple[CrmField, ...]:
        """List the custom fields of contacts."""
        ...

    async def create_field(self, name: str) -> CrmField:
        """Make a custom field of contacts, of text."""
        ...

    async def pipelines(self) -> tuple[CrmPipeline, ...]:
        """List the pipelines."""
        ...

    async def check(self) -> tuple[Capability, ...]:
        """Try each capability by reading alone; what fails is told, never raised."""
        ...

    async def read(self, scopes: Collection[CrmScope], *, since: int, until: int, pressing: bool = False) -> CrmReading:
        """Read what takes people's time between two instants; a scope that fails is told in it, never raised.

        It is `pressing` where somebody waits: all else stands back.
        """
        ...

    async def entry(self, source: SourceKind, source_id: str) -> tuple[Outside | Unreadable, ...]:
        """Read one entry anew, a part for each leg; empty where it isn't there any more."""
        ...

    async def find_by_reference(
        self,
        reference: str,
        *,
        target: CrmTarget,
        since: int,
        until: int,
        asked: CrmAsked | None = None,
        without: CrmWritten | None = None,
    ) -> CrmWritten | None:
        """Look for a visit of ours by its reference in titles and descriptions, between two instants.

        With what was `asked` only one that we have made, wherever people have moved it since.
        """
        ...

    async def standing_of(
        self, reference: str, *, target: CrmTarget, since: int, until: int, asked: CrmAsked | None = None
    ) -> tuple[CrmWritten, ...]:
        """List the visits of a reference that stand: more than one where one came too late.

        With what was `asked` only those that we have made, and that stand as they were asked for.
        """
        ...

    async def create(self, visit: CrmVisit) -> CrmWritten:
        """Write a visit. `CrmOutcomeUnknownError`: look for its reference before this is called again."""
        ...

    async def change(self, written: CrmWritten, visit: CrmVisit) -> None:
        """Write a visit's times, person, title and place anew; sending the same twice does no harm."""
        ...

    async def cancel(self, written: CrmWritten, *, notify: bool = True) -> None:
        """Cancel a visit; one that is cancelled or gone already is done."""
        ...

    async def mark(self, written: CrmWritten, status: OutsideStatus) -> None:
        """Write how a visit ended, completed or no-show, or that it is only confirmed; nobody is told of it."""
        ...

    async def retitle(self, written: CrmWritten, title: str) -> None:
        """Write an entry's title alone."""
        ...

    async def upsert_contact(self, person: CrmPerson) -> str:
        """Find a contact by email or phone, or make it, and give its id. Tags and others' fields stay as they are."""
        ...

    async def contact(self, id_: str) -> CrmContact | None:
        """Read a contact."""
        ...

    async def search_contacts(self, query: str, *, limit: int) -> tuple[CrmContact, ...]:
        """Search contacts by name, email, phone or address."""
        ...

    async def set_fields(self, contact: str, values: Mapping[str, str]) -> None:
        """Write custom fields of a contact, by field id; all others stay."""
        ...

    async def add_note(self, contact: str, note: CrmNote) -> None:
        """Write a note on a contact, unless one with its mark is there."""
        ...

    async def opportunity(self, id_: str) -> CrmOpportunity | None:
        """Read an opportunity."""
        ...

    async def opportunities(self, *, pipeline: str, stage: str) -> Sequence[CrmOpportunity]:
        """List the open opportunities of a stage."""
        ...
