"""Change how a business and its CRM fit together; the first choices that name a technician begin the reading.

Whatever is chosen, it is read by at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.connections import Connection, ConnectionSettings, ConnectionState, StageRule
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.connection_trail import version_of, write_down
from fieldfare.usecases.integrations.fit_settings import faults_of, with_field_ids
from fieldfare.usecases.integrations.options import opened, options_of
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.read_all import read_all
from fieldfare.usecases.integrations.refusals import NotConnectedError, SettingsRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """The choices as a whole. `expected` is the version that they were made for, None for any."""

    settings: ConnectionSettings
    actor: Actor
    expected: str | None = None


async def change_settings(outward: Outward, business: str, wanted: ChangeSettings, *, now: int) -> Connection:
    """Put the choices in place of those before, if they fit the business and the CRM as both are now.

    Raises `NotConnectedError`, `SettingsRefusedError`, `ChangedMeanwhileError`, and `CrmError` where the CRM can't be
    asked.
    """
    connected = await opened(outward, business)
    if wanted.expected is not None and version_of(connected.connection) != wanted.expected:
        raise ChangedMeanwhileError
    current = await outward.businesses.current(business, now=now)
    options = await options_of(connected.crm)
    settings = with_field_ids(wanted.settings, options)
    faults = faults_of(settings, business=current.snapshot.business, options=options)
    if faults:
        raise SettingsRefusedError(faults)
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        if known is None:
            raise NotConnectedError
        if known.account != connected.connection.account or (
            wanted.expected is not None and version_of(known) != wanted.expected
        ):
            raise ChangedMeanwhileError
        settings = replace(settings, stages=_dated(settings.stages, before=known.settings.stages, now=now))
        changed = replace(known, settings=settings, state=_begun(known, settings))
        if changed == known:
            return known
        made = await books.integrations.connections.save(changed)
        await write_down(books, "settings", wanted.actor, before=known, after=made)
        if made.live:
            await read_all(books)
        return made


def _dated(rules: tuple[StageRule, ...], *, before: tuple[StageRule, ...], now: int) -> tuple[StageRule, ...]:
    """Note of each rule since when its stage is looked at, whatever else of it was changed."""
    since = {(rule.pipeline, rule.stage): rule.since for rule in before}
    return tuple(replace(rule, since=since.get((rule.pipeline, rule.stage), now)) for rule in rules)


def _begun(known: Connection, settings: ConnectionSettings) -> ConnectionState:
    if known.state is ConnectionState.SETTING_UP and settings.technicians:
        return ConnectionState.CONNECTED
    return known.state
