"""Whether the choices of whoever connects fit the business and what the CRM has to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from fieldfare.domain.business import Business
from fieldfare.domain.connections import CalendarUse, ConnectionSettings, Target
from fieldfare.usecases.integrations.options import UNFIT_KINDS, Options

EVERY_PRODUCT = "*"
POLLS = range(15, 3_601)
FULLS = range(60, 3_601)

Fault = tuple[str, str]


def faults_of(settings: ConnectionSettings, *, business: Business, options: Options) -> tuple[Fault, ...]:
    """List what contradicts: a path inside the settings, and what is wrong there; nothing: they fit."""
    return (
        *_technicians(settings, business, options),
        *_calendars(settings, options),
        *_products(settings, business, options),
        *_targets(settings, business, options),
        *_fields(settings, options),
        *_stages(settings, business, options),
        *_rhythm(settings),
    )


def with_field_ids(settings: ConnectionSettings, options: Options) -> ConnectionSettings:
    """Put ids where custom fields are named by their keys (`contact.manage_link`)."""
    by_key = {field.key: field.id for field in options.fields}
    return replace(settings, fields={name: by_key.get(named, named) for name, named in settings.fields.items()})


def _technicians(settings: ConnectionSettings, business: Business, options: Options) -> Iterator[Fault]:
    users = {user.id for user in options.users}
    technicians = {technician.id for technician in business.technicians}
    for user, technician in settings.technicians.items():
        if user not in users:
            yield f"technicians.{user}", "is no user of this location"
        if technician not in technicians:
            yield f"technicians.{user}", f'names no technician: "{technician}"'


def _calendars(settings: ConnectionSettings, options: Options) -> Iterator[Fault]:
    known = {calendar.id: calendar for calendar in options.calendars}
    for id_, use in settings.calendars.items():
        if id_ not in known:
            yield f"calendars.{id_}", "is no calendar of this location"
        elif use is CalendarUse.VISITS and known[id_].kind in UNFIT_KINDS:
            yield f"calendars.{id_}", f'takes no visits: it is of the type "{known[id_].kind}"'


def _products(settings: ConnectionSettings, business: Business, options: Options) -> Iterator[Fault]:
    known = {calendar.id for calendar in options.calendars} | {service.id for service in options.services}
    products = {product.id for product in business.products}
    for id_, product in settings.products.items():
        if id_ not in known:
            yield f"products.{id_}", "is neither a calendar nor a service of this location"
        if product not in products:
            yield f"products.{id_}", f'names no product: "{product}"'


def _targets(settings: ConnectionSettings, business: Business, options: Options) -> Iterator[Fault]:
    products = {product.id for product in business.products} | {EVERY_PRODUCT}
    for product, target in settings.targets.items():
        if product not in products:
            yield f"targets.{product}", "is no product"
        yield from ((f"targets.{product}{path}", message) for path, message in _target(target, settings, options))


def _target(target: Target, settings: ConnectionSettings, options: Options) -> Iterator[Fault]:
    if (target.calendar is None) == (target.service is None):
        yield "", "needs either a calendar or a service"
        return
    if target.calendar is not None:
        if target.calendar not in {calendar.id for calendar in options.calendars}:
            yield ".calendar", "is no calendar of this location"
        elif settings.calendars.get(target.calendar) is not CalendarUse.VISITS:
            yield ".calendar", 'is not a calendar of visits: set its use to "visits"'
        if target.service_location is not None:
            yield ".service_location", "belongs to a service, not to a calendar"
        return
    if target.service not in {service.id for service in options.services}:
        yield ".service", "is no service of this location"
    elif not settings.services:
        yield ".service", "needs services to be read: set `services`"
    if target.service_location is not None and target.service_location not in {
        place.id for place in options.service_locations
    }:
        yield ".service_location", "is no service location"


def _fields(settings: ConnectionSettings, options: Options) -> Iterator[Fault]:
    known = {field.id for field in options.fields}
    times = Counter(settings.fields.values())
    for name, id_ in settings.fields.items():
        if id_ not in known:
            yield f"fields.{name.value}", "is no custom field of contacts"
        elif times[id_] > 1:
            yield f"fields.{name.value}", "is a field that something else is written into, too"


def _stages(settings: ConnectionSettings, business: Business, options: Options) -> Iterator[Fault]:
    stages = {(pipeline.id, stage.id) for pipeline in options.pipelines for stage in pipeline.stages}
    products = {product.id for product in business.products}
    seen: set[tuple[str, str]] = set()
    for number, rule in enumerate(settings.stages):
        if (rule.pipeline, rule.stage) not in stages:
            yield f"stages[{number}].stage", "is no stage of this pipeline"
        elif (rule.pipeline, rule.stage) in seen:
            yield f"stages[{number}].stage", "stands twice"
        seen.add((rule.pipeline, rule.stage))
        if rule.product not in products:
            yield f"stages[{number}].product", f'names no product: "{rule.product}"'


def _rhythm(settings: ConnectionSettings) -> Iterator[Fault]:
    if settings.poll_seconds not in POLLS:
        yield "poll_seconds", f"must be {POLLS.start} to {POLLS.stop - 1}"
    if settings.full_seconds not in FULLS:
        yield "full_seconds", f"must be {FULLS.start} to {FULLS.stop - 1}"
    elif settings.full_seconds < settings.poll_seconds:
        yield "full_seconds", "must not be shorter than `poll_seconds`"
