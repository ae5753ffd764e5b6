"""The schedules of a scenario."""

from __future__ import annotations

from fieldfare.domain.schedules import Owner, Schedule, Window
from fieldfare.entrypoints.scenario.boundaries import check_dates
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.known import Known, must_be_known
from fieldfare.entrypoints.scenario.schema_schedules import WEEKDAYS, OwnerRecord, ScheduleRecord
from fieldfare.entrypoints.scenario.times import read_minute


def read_schedules(records: list[ScheduleRecord], known: Known) -> tuple[Schedule, ...]:
    """Read all schedules; raises `ScenarioError`."""
    return tuple(_read_schedule(record, known, f"business.schedules[{place}]") for place, record in enumerate(records))


def _read_schedule(record: ScheduleRecord, known: Known, path: str) -> Schedule:
    owner = _read_owner(record.owner, known, f"{path}.owner")
    check_dates(record.effective_from, record.effective_to, path)
    return Schedule(
        id=record.id,
        owner=owner,
        priority=record.priority,
        effective_from=record.effective_from,
        effective_to=record.effective_to,
        active=record.active,
        week={
            weekday: _read_windows(getattr(record.week, name))
            for weekday, name in enumerate(WEEKDAYS)
            if getattr(record.week, name)
        },
        exceptions={day: _read_windows(pairs) for day, pairs in record.exceptions.items()},
    )


def _read_owner(record: OwnerRecord, known: Known, path: str) -> Owner:
    if record.zone is None and record.technician is None:
        raise ScenarioError(path, "names neither a zone nor a technician")
    if record.zone is not None:
        must_be_known(record.zone, known.zones, "zone", f"{path}.zone")
    if record.technician is not None:
        must_be_known(record.technician, known.technicians, "technician", f"{path}.technician")
    return Owner(zone=record.zone, technician=record.technician)


def _read_windows(pairs: list[list[str]]) -> tuple[Window, ...]:
    return tuple((read_minute(start), read_minute(end)) for start, end in pairs)
