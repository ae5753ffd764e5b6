"""Asks on a terminal how a business and its GoHighLevel location fit together, with a proposal for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import typer

from fieldfare.domain.business import Business
from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    ConnectionSettings,
    StageMode,
    StageRule,
    Target,
)
from fieldfare.domain.fleet import Technician
from fieldfare.entrypoints.cli.connect_settings import FIELD_NAMES
from fieldfare.entrypoints.cli.failures import CommandError
from fieldfare.ports.crm import Crm, CrmCalendar, CrmUser
from fieldfare.usecases.integrations.fit_settings import EVERY_PRODUCT
from fieldfare.usecases.integrations.options import UNFIT_KINDS, Options

NOBODY = "-"
Choice = tuple[str, str]
"""An id, and what people call it."""


def ask_location(*, asks: bool) -> str:
    """Ask for the location id; raises `CommandError` where nobody can be asked."""
    if not asks:
        raise CommandError("say which location by --location")
    typer.echo("The location id stands in GoHighLevel under Settings, Business Profile.")
    return str(typer.prompt("Location id")).strip()


def ask_token(*, asks: bool) -> str:
    """Ask for the token, which isn't shown; raises `CommandError` where nobody can be asked."""
    if not asks:
        raise CommandError("give the token by --token-stdin")
    typer.echo("The token is made in GoHighLevel under Settings, Private Integrations.")
    return str(typer.prompt("Private integration token", hide_input=True)).strip()


async def asked_settings(
    known: ConnectionSettings, business: Business, options: Options, crm: Crm
) -> ConnectionSettings:
    """Ask for all choices; whatever was chosen before is proposed, and else what fits best."""
    technicians = _technicians(known, business, options)
    calendars = _calendars(known, options, users=frozenset(technicians))
    services = bool(options.services) and typer.confirm("Are service bookings (Services) used?", default=known.services)
    chosen = replace(known, technicians=technicians, calendars=calendars, services=services)
    chosen = replace(chosen, targets=_targets(chosen, business, options))
    chosen = replace(chosen, fields=await _fields(chosen, options, crm))
    return replace(chosen, stages=_stages(chosen, business, options))


def matching_user(technician: Technician, users: Sequence[CrmUser]) -> str | None:
    """Propose the user that a technician probably is: by the name, or by the email that begins with it."""
    words = {technician.id.casefold(), *technician.name.casefold().split()} - {""}
    same = [user.id for user in users if technician.name and user.name.casefold() == technician.name.casefold()]
    emails = [user.id for user in users if user.email and user.email.casefold().partition("@")[0] in words]
    first = [user.id for user in users if words & set(user.name.casefold().split())]
    return next((found[0] for found in (same, emails, first) if len(found) == 1), None)


def _technicians(known: ConnectionSettings, business: Business, options: Options) -> dict[str, str]:
    typer.echo("\nWhich user of GoHighLevel is which technician?")
    choices = [(user.id, user.name) for user in options.users]
    chosen: dict[str, str] = {}
    for technician in business.technicians:
        if technician.active:
            proposed = known.user_of(technician.id) or matching_user(technician, options.users)
            user = _one_or_none(f"  {technician.name or technician.id}", choices, proposed)
            if user is not None:
                chosen[user] = technician.id
    return chosen


def _calendars(known: ConnectionSettings, options: Options, *, users: frozenset[str]) -> dict[str, CalendarUse]:
    typer.echo("\nWhat are the entries of each calendar: visits, busy time, or ignored?")
    chosen = {}
    for calendar in options.calendars:
        fits = _takes_visits(calendar)
        proposed = known.calendars.get(calendar.id)
        if proposed is None:
            proposed = CalendarUse.VISITS if fits and calendar.users & users else CalendarUse.BUSY
        uses = [(use.value, use.value) for use in CalendarUse if fits or use is not CalendarUse.VISITS]
        kind = "" if fits else f" (of the type {calendar.kind}, which takes no visits)"
        picked = _one(f"  {calendar.name}{kind}", uses, proposed.value)
        chosen[calendar.id] = CalendarUse(picked)
    return chosen


def _targets(chosen: ConnectionSettings, business: Business, options: Options) -> dict[str, Target]:
    """Ask where visits are written: one place for all products, or one for each."""
    names = {calendar.id: calendar.name for calendar in options.calendars}
    places = {
        id_: Target(calendar=id_) for id_, use in chosen.calendars.items() if use is CalendarUse.VISITS and id_ in names
    }
    choices = [(id_, names[id_]) for id_ in places]
    if chosen.services:
        where = next((place.id for place in options.service_locations if place.asks_booker), None)
        places |= {service.id: Target(service=service.id, service_location=where) for service in options.services}
        choices += [(service.id, f"service {service.name}") for service in options.services]
    if not choices:
        return {}
    if len(choices) == 1:
        return {EVERY_PRODUCT: places[choices[0][0]]}
    typer.echo("\nWhere are visits written?")
    before = chosen.targets.get(EVERY_PRODUCT)
    usual = _one("  Usually", choices, _id_of(before) or choices[0][0])
    targets = {EVERY_PRODUCT: places[usual]}
    for product in business.products:
        known = chosen.target_of(product.id)
        picked = _one(f"  {product.name or product.id}", choices, _id_of(known) or usual)
        if picked != usual:
            targets[product.id] = places[picked]
    return targets


async def _fields(chosen: ConnectionSettings, options: Options, crm: Crm) -> dict[BookingField, str]:
    """Ask into which custom field the manage link goes; the others are for the settings page."""
    typer.echo("\nInto which custom field of the contact goes the link by which customers manage their visit?")
    name = FIELD_NAMES[BookingField.MANAGE_LINK]
    proposed = chosen.fields.get(BookingField.MANAGE_LINK) or next(
        (field.id for field in options.fields if field.name == name), None
    )
    picked = _one_or_none("  Field", [(field.id, field.name) for field in options.fields], proposed)
    if picked is None and typer.confirm(f'  Make a new field "{name}"?', default=True):
        picked = (await crm.create_field(name)).id
    fields = dict(chosen.fields)
    fields.pop(BookingField.MANAGE_LINK, None)
    if picked is not None:
        fields[BookingField.MANAGE_LINK] = picked
    return fields


def _stages(chosen: ConnectionSettings, business: Business, options: Options) -> tuple[StageRule, ...]:
    """Ask which stages ask for a booking."""
    if not any(pipeline.stages for pipeline in options.pipelines) or not business.products:
        return chosen.stages
    if chosen.stages and not typer.confirm(f"\nChoose the {len(chosen.stages)} stages anew?", default=False):
        return chosen.stages
    rules: list[StageRule] = []
    choices = [
        (f"{pipeline.id} {stage.id}", f"{pipeline.name}: {stage.name}")
        for pipeline in options.pipelines
        for stage in pipeline.stages
    ]
    while choices and typer.confirm(
        "\nDoes an opportunity that reaches a" + (" further" if rules else "") + " stage ask for a visit?",
        default=False,
    ):
        picked = _one("  Stage", choices, None)
        modes = [(StageMode.LINK.value, "send the customer a link"), (StageMode.BOOK.value, "book the best slot")]
        mode = _one("  What then", modes, StageMode.LINK.value)
        products = [(product.id, product.name or product.id) for product in business.products]
        product = _one("  Product", products, None)
        pipeline, _, stage = picked.partition(" ")
        rules.append(StageRule(pipeline=pipeline, stage=stage, mode=StageMode(mode), product=product))
        choices = [choice for choice in choices if choice[0] != picked]
    return tuple(rules)


def _one_or_none(question: str, choices: Sequence[Choice], proposed: str | None) -> str | None:
    """Ask for one of some things by its number; `-` is none of them."""
    ids = _shown(choices)
    default = str(ids.index(proposed) + 1) if proposed in ids else NOBODY
    while True:
        said = str(typer.prompt(f"{question} (1-{len(ids)}, {NOBODY} for none)", default=default)).strip()
        if said == NOBODY:
            return None
        if (picked := _picked(said, ids)) is not None:
            return picked


def _one(question: str, choices: Sequence[Choice], proposed: str | None) -> str:
    """Ask for one of some things by its number."""
    ids = _shown(choices)
    default = str(ids.index(proposed) + 1) if proposed in ids else None
    while True:
        said = str(typer.prompt(f"{question} (1-{len(ids)})", default=default)).strip()
        if (picked := _picked(said, ids)) is not None:
            return picked


def _shown(choices: Sequence[Choice]) -> list[str]:
    for number, (_, name) in enumerate(choices, start=1):
        typer.echo(f"    {number}  {name}")
    return [id_ for id_, _ in choices]


def _picked(said: str, ids: Sequence[str]) -> str | None:
    if said.isascii() and said.isdigit() and 1 <= int(said) <= len(ids):
        return ids[int(said) - 1]
    typer.echo("  That is none of them.")
    return None


def _takes_visits(calendar: CrmCalendar) -> bool:
    return calendar.active and calendar.kind not in UNFIT_KINDS


def _id_of(target: Target | None) -> str | None:
    return None if target is None else target.calendar or target.service
