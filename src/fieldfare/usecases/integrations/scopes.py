"""Which questions a sweep asks, and whose time the answer to each tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from fieldfare.domain.connections import CalendarUse, ConnectionSettings
from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import Crm, CrmCalendar, CrmError, CrmScope, SourceKind

SERVICES = CrmScope(source=SourceKind.SERVICES)


class CalendarsLackingError(CrmError):
    """The list of calendars lacks some that are read, by the choices of whoever connected: it may lack others."""

    code = "calendars_lacking"


def name_of(scope: CrmScope) -> str:
    """Name a question: `ghl.appointment/calendar=ID`, `ghl.block/user=ID`, `ghl.block/calendar=ID`, `ghl.service/`."""
    if scope.calendar is not None:
        return f"{scope.source.value}/calendar={scope.calendar}"
    return f"{scope.source.value}/{'' if scope.user is None else f'user={scope.user}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an account is laid out: the choices of whoever connected it, and its calendars.

    `complete` says that these are all the calendars there are; else it is what is known of them, now or from before.
    """

    settings: ConnectionSettings
    calendars: Mapping[str, CrmCalendar] = field(default_factory=dict)
    complete: bool = False

    def use_of(self, calendar: str | None) -> CalendarUse:
        """Tell what the entries of a calendar are; one that nobody has said anything of takes people's time."""
        return self.settings.calendars.get(calendar or "", CalendarUse.BUSY)

    def technicians_of(self, users: Iterable[str]) -> frozenset[str]:
        """Name the technicians that some users are; all other users are nobody's concern."""
        known = self.settings.technicians
        return frozenset(known[user] for user in users if user in known)

    def team_of(self, calendar: str | None) -> frozenset[str]:
        """Name the technicians whose calendar it is."""
        known = self.calendars.get(calendar or "")
        return frozenset() if known is None else self.technicians_of(known.users)

    @property
    def read_calendars(self) -> tuple[str, ...]:
        """The calendars whose entries are read, by id: those that exist, as far as that is known, and aren't ignored.

        Where it isn't certain which ones there are, those of the settings are there still.
        """
        named = set(self.calendars) if self.complete else set(self.calendars) | set(self.settings.calendars)
        return tuple(sorted(one for one in named if self.use_of(one) is not CalendarUse.IGNORED))

    def scopes(self) -> tuple[CrmScope, ...]:
        """List all the questions: appointments by calendar, blocks by user and event calendar, services once."""
        appointments = [CrmScope(source=SourceKind.APPOINTMENTS, calendar=one) for one in self.read_calendars]
        users = sorted(self.settings.technicians)
        blocks = [CrmScope(source=SourceKind.BLOCKS, user=user) for user in users]
        blocks += [
            CrmScope(source=SourceKind.BLOCKS, calendar=one)
            for one in self.read_calendars
            if one in self.calendars and self.calendars[one].takes_blocks
        ]
        return (*appointments, *blocks, *((SERVICES,) if self.settings.services else ()))

    def scopes_of(self, technicians: Collection[str], *, named: Collection[str] = ()) -> tuple[CrmScope, ...]:
        """List the questions that tell of some technicians' time, and those `named` beside."""
        wanted = frozenset(technicians)
        return tuple(scope for scope in self.scopes() if self.tells_of(scope) & wanted or name_of(scope) in named)

    def tells_of(self, scope: CrmScope) -> frozenset[str]:
        """Name the technicians of whose time a question tells; a calendar of nobody known may be everybody's."""
        everybody = frozenset(self.settings.technicians.values())
        if scope.user is not None:
            return self.technicians_of([scope.user])
        if scope.calendar is None:
            return everybody
        known = self.calendars.get(scope.calendar)
        return everybody if known is None or not known.users else self.technicians_of(known.users)

    def scope_of(self, entry: Outside | Unreadable) -> CrmScope:
        """Tell by which question an entry is found."""
        source = SourceKind(entry.source)
        if isinstance(entry, Unreadable) or source is SourceKind.SERVICES:
            return CrmScope(source=source)
        if source is SourceKind.APPOINTMENTS:
            return CrmScope(source=source, calendar=entry.calendar)
        ours = [one for one in entry.people if one in self.settings.technicians]
        user = min(ours or entry.people, default=None)
        return CrmScope(source=source, calendar=entry.calendar if user is None else None, user=user)


class Layouts:
    """The layouts of accounts; what of one can't be asked for, or is missing all at once, is as it was last seen."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: dict[tuple[str, str], dict[str, CrmCalendar]] = {}

    async def of(
        self, business: str, account: str, settings: ConnectionSettings, crm: Crm
    ) -> tuple[Layout, CrmError | None]:
        """Give the layout of a business's account, and what went wrong where it isn't certain."""
        known = self._known.get((business, account), {})
        try:
            listed = {calendar.id: calendar for calendar in await crm.calendars()}
        except CrmError as error:
            return Layout(settings=settings, calendars=known), error
        read = {one for one, use in settings.calendars.items() if use is not CalendarUse.IGNORED}
        lacking = sorted(read - listed.keys())
        calendars = known | listed if lacking else listed
        self._known[business, account] = calendars
        trouble = CalendarsLackingError(f"not among the calendars: {', '.join(lacking)}") if lacking else None
        return Layout(settings=settings, calendars=calendars, complete=not lacking), trouble
