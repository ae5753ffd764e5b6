"""The forms of technicians, and of their hours and the zones'."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.every_record import active_field, id_field, name_field
from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Day, Number, Several
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, OwnedBy, Spot, Windows

TECHNICIANS = Form(
    name="technicians",
    one="technician",
    many="Technicians",
    summary="Who goes: skills, zones, depot, and how much a week.",
    sentence="A technician goes where assigned to the zone, with every skill that the product needs, within the own "
    "shift, and no more often a week than the limits say. The day starts and ends at the depot.",
    rules="F4, F5, F13, T3, T4",
    sections=(
        Section(
            title="The technician",
            fields=(
                id_field(),
                name_field(),
                active_field("An inactive one is offered nothing; visits that stand stay."),
                Field(
                    name="depot",
                    label="Depot",
                    path=("depot",),
                    widget=Spot(nullable=True),
                    default=None,
                    hint="Latitude and longitude, or an address or postal code, which is looked up. Empty: "
                    "headquarters.",
                    rule="T3",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="What and where",
            fields=(
                Field(
                    name="skills",
                    label="Skills",
                    path=("skills",),
                    widget=Several(subject="skills", more="Other skills, one a line"),
                    default=[],
                    rule="F4",
                    wide=True,
                ),
                Field(
                    name="zones",
                    label="Zones",
                    path=("zones",),
                    widget=Several(subject="zones"),
                    default=[],
                    hint="Where visits may be given to this technician.",
                    rule="F4",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="How much a week",
            sentence="From Monday to Sunday, counted by the starts of the visits (F13).",
            fields=(
                Field(
                    name="weekly_jobs",
                    label="Visits at most",
                    path=("weekly_jobs",),
                    widget=Number(unit="visits", nullable=True),
                    default=None,
                    hint="Empty: no limit.",
                ),
                Field(
                    name="weekly_minutes",
                    label="Time at visits at most",
                    path=("weekly_minutes",),
                    widget=Number(unit="minutes", nullable=True),
                    default=None,
                    hint="Empty: no limit.",
                ),
            ),
        ),
    ),
)

_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SCHEDULES = Form(
    name="schedules",
    one="schedule",
    many="Schedules",
    summary="When zones are open and technicians work, with exceptions by date.",
    sentence="A schedule says when a zone is open or a technician works: hours by weekday, and exceptions by date. "
    "Without any schedule in effect the day is closed. Of several, the highest priority counts, then the "
    "later beginning.",
    rules="S1 to S4",
    sections=(
        Section(
            title="Whose, and when it counts",
            fields=(
                id_field(),
                Field(
                    name="owner",
                    label="Whose hours",
                    path=("owner",),
                    widget=OwnedBy(),
                    default={"zone": None, "technician": None},
                    hint="A zone alone: when the zone is open. A technician alone: their shift. Both: "
                    "the technician's shift in that zone, which goes before the general one.",
                    rule="S1, S3",
                    wide=True,
                ),
                Field(
                    name="priority",
                    label="Priority",
                    path=("priority",),
                    widget=Number(),
                    default=0,
                    hint="The larger wins. Default: 0.",
                    rule="S2",
                ),
                active_field("An inactive one does not count."),
                Field(
                    name="effective_from",
                    label="From",
                    path=("effective_from",),
                    widget=Day(),
                    default=None,
                    hint="The first day. Empty: since ever.",
                    rule="S2",
                ),
                Field(
                    name="effective_to",
                    label="Until, without this day",
                    path=("effective_to",),
                    widget=Day(),
                    default=None,
                    hint="The first day on which it no longer counts. Empty: for good.",
                    rule="S2",
                ),
            ),
        ),
        Section(
            title="Hours by weekday",
            sentence="Such as 08:00\N{EN DASH}12:00, 13:00\N{EN DASH}17:00. Empty is closed. Hours that end at or "
            "before their start end on the next day (S4).",
            fields=tuple(
                Field(
                    name=f"week_{day[:3].lower()}",
                    label=day,
                    path=("week", day[:3].lower()),
                    widget=Windows(),
                    default=[],
                )
                for day in _WEEK
            ),
        ),
        Section(
            title="Exceptions",
            sentence="On these dates the hours below count, and not those of the weekday (S2).",
            fields=(
                Field(
                    name="exceptions",
                    label="Exceptions",
                    path=("exceptions",),
                    widget=Exceptions(),
                    default={},
                    hint="Empty hours: closed on that date.",
                    rule="S2",
                    wide=True,
                ),
            ),
        ),
    ),
)
