"""Try a connection, and say line by line what works and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from fieldfare.domain.business import Business
from fieldfare.domain.connections import CalendarUse, Connection, ConnectionSettings, ConnectionState
from fieldfare.ports.crm import Capability, CapabilityState, CrmError, CrmUnauthorisedError
from fieldfare.usecases.integrations.crms import Connected
from fieldfare.usecases.integrations.options import UNFIT_KINDS, Options, opened, options_of
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.read_all import read_all
from fieldfare.usecases.integrations.refusals import NotConnectedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A connection as it is now, and one line for each capability; `calendars` are the names of those it has, by id."""

    connection: Connection
    lines: tuple[Capability, ...]
    calendars: Mapping[str, str] = field(default_factory=dict)

    @property
    def works(self) -> bool:
        """Whether nothing is missing of what is needed, always or by what was chosen."""
        settings = self.connection.settings
        spared = {
            *(() if settings.services else ("services",)),
            *(() if settings.fields else ("fields",)),
            *(() if settings.stages else ("opportunities",)),
        }
        return all(line.state is not CapabilityState.MISSING or line.name in spared for line in self.lines)


async def check_connection(outward: Outward, business: str, *, now: int) -> Checked:
    """Try everything that a business needs of its CRM; what fails is a line, and never raised.

    Raises `NotConnectedError`.
    """
    connected = await opened(outward, business)
    lines, works, calendars = await _tried(outward, business, connected)
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        if known is None:
            raise NotConnectedError
        looked_at = replace(known, checked_at=now, failing=None if works else known.failing)
        if works and known.state is ConnectionState.RECONNECT:
            looked_at = replace(looked_at, state=ConnectionState.CONNECTED)
        connection = await books.integrations.connections.save(looked_at)
        if connection.live and not known.live:
            await read_all(books)
    return Checked(connection=connection, lines=lines, calendars=calendars)


async def _tried(
    outward: Outward, business: str, connected: Connected
) -> tuple[tuple[Capability, ...], bool, dict[str, str]]:
    connection, crm = connected.connection, connected.crm
    try:
        of_account = await crm.check()
        options = await options_of(crm)
    except CrmError as error:
        advice = (
            "GoHighLevel does not take the token any more: connect again with a new one."
            if isinstance(error, CrmUnauthorisedError)
            else "GoHighLevel can't be asked now: try again in a minute."
        )
        return (Capability(name="account", state=CapabilityState.MISSING, advice=advice),), False, {}
    current = await outward.businesses.current(business, now=outward.clock())
    works = all(line.name != "account" or line.state is CapabilityState.WORKS for line in of_account)
    if connection.settings.technicians:
        # What calendars and users are like in general was of use before any was chosen.
        of_account = tuple(line for line in of_account if ":" not in line.name)
    chosen = lines_of(connection.settings, business=current.snapshot.business, options=options)
    return (*of_account, *chosen), works, {calendar.id: calendar.name for calendar in options.calendars}


def lines_of(settings: ConnectionSettings, *, business: Business, options: Options) -> tuple[Capability, ...]:
    """Look at what was chosen: each technician, each calendar, each product, the fields and the stages."""
    return (
        *_technicians(settings, business, options),
        *_calendars(settings, options),
        *_products(settings, business),
        *_fields(settings, options),
        *_stages(settings, options),
    )


def _line(name: str, advice: str) -> Capability:
    state = CapabilityState.MISSING if advice else CapabilityState.WORKS
    return Capability(name=name, state=state, advice=advice)


def _technicians(settings: ConnectionSettings, business: Business, options: Options) -> Iterator[Capability]:
    users = {user.id for user in options.users}
    targets = {target.calendar for target in settings.targets.values() if target.calendar is not None}
    for technician in business.technicians:
        if not technician.active:
            continue
        theirs = [user for user, known in settings.technicians.items() if known == technician.id]
        name = technician.name or technician.id
        advice = ""
        if not theirs:
            advice = f"Say which user of GoHighLevel {name} is."
        elif users and not users & set(theirs):
            advice = f"The user that {name} was is no longer there: choose another one."
        else:
            without = [
                calendar.name
                for calendar in options.calendars
                if calendar.id in targets and calendar.users and not calendar.users & set(theirs)
            ]
            if without:
                advice = f"Add {name} to the team of {', '.join(sorted(without))} in GoHighLevel."
        yield _line(f"technician:{technician.id}", advice)


def _calendars(settings: ConnectionSettings, options: Options) -> Iterator[Capability]:
    known = {calendar.id: calendar for calendar in options.calendars}
    for id_, use in sorted(settings.calendars.items()):
        calendar = known.get(id_)
        advice = ""
        if use is CalendarUse.IGNORED:
            continue
        if calendar is None:
            advice = "This calendar is no longer there: choose another one."
        elif use is CalendarUse.VISITS and calendar.kind in UNFIT_KINDS:
            advice = f'{calendar.name} is of the type "{calendar.kind}", which takes no visits: choose another one.'
        elif use is CalendarUse.VISITS and not calendar.active:
            advice = f"{calendar.name} is switched off in GoHighLevel."
        yield _line(f"calendar:{id_}", advice)


def _products(settings: ConnectionSettings, business: Business) -> Iterator[Capability]:
    lacking = [
        product.name or product.id
        for product in business.products
        if product.active and settings.target_of(product.id) is None
    ]
    yield _line("targets", f"Say where visits are written for: {', '.join(lacking)}." if lacking else "")


def _fields(settings: ConnectionSettings, options: Options) -> Iterator[Capability]:
    known = {field.id for field in options.fields}
    gone = sorted(name.value for name, id_ in settings.fields.items() if id_ not in known)
    if settings.fields:
        advice = f"These custom fields are no longer there: {', '.join(gone)}." if gone else ""
        yield _line("chosen_fields", advice)


def _stages(settings: ConnectionSettings, options: Options) -> Iterator[Capability]:
    known = {(pipeline.id, stage.id) for pipeline in options.pipelines for stage in pipeline.stages}
    if settings.stages:
        gone = sum((rule.pipeline, rule.stage) not in known for rule in settings.stages)
        yield _line("stages", f"{gone} of the chosen stages are no longer there." if gone else "")
