"""The forms of the records: one for each kind but boundaries, which are drawn on the map."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Check, Day, Money, Number, Select, Several, Text
from fieldfare.entrypoints.desk.settings.widgets_grouped import Counts, Exceptions, OwnedBy, Rows, Spot, Windows

_ID_HINT = "1 to 64 of letters, digits and _ . : - . It stays as it is: calendars and programs know the record by it."


def _id(key: str = "id", label: str = "Id", hint: str = _ID_HINT) -> Field:
    return Field(name=key, label=label, path=(key,), widget=Text(required=True), hint=hint, default="", when_new=True)


def _name(hint: str = "") -> Field:
    return Field(name="name", label="Name", path=("name",), widget=Text(), default="", hint=hint)


def _active(hint: str) -> Field:
    return Field(name="active", label="Active", path=("active",), widget=Check(), default=True, hint=hint)


HUBS = Form(
    name="hubs",
    one="hub",
    many="Hubs",
    summary="Named points that cut the ground into patches which one technician can drive.",
    sentence="A hub is a named point. Every address belongs to its nearest hub, so hubs cut the ground into patches; "
    "with the lock, a technician's morning or afternoon stays within one patch.",
    rules="P5, F8",
    sections=(
        Section(
            title="The hub",
            fields=(
                _id(hint=f"{_ID_HINT} A title that begins with [H07] puts a visit to the hub H07."),
                _name(),
                Field(
                    name="place",
                    label="Place",
                    keys=("lat", "lng"),
                    widget=Spot(),
                    hint="Latitude and longitude, or an address or postal code, which is looked up.",
                    rule="P5",
                    wide=True,
                ),
            ),
        ),
    ),
)

INDUSTRIES = Form(
    name="industries",
    one="industry",
    many="Industries",
    summary="The trades that zones offer.",
    sentence="An industry is a trade that zones offer. A product belongs to one; a zone sells the products of those "
    "industries that it offers and that are active.",
    rules="C1, C2",
    sections=(
        Section(
            title="The industry",
            fields=(_id(), _name("As customers read it."), _active("An inactive one is offered nowhere.")),
        ),
    ),
)

RESOURCES = Form(
    name="resources",
    one="resource",
    many="Resources",
    summary="Equipment that technicians share, and how much of it there is.",
    sentence="A resource is equipment that technicians share. At no instant do the visits hold more pieces of it than "
    "there are; nobody can override that.",
    rules="F14",
    sections=(
        Section(
            title="The resource",
            fields=(
                _id("kind", "Kind"),
                Field(
                    name="capacity",
                    label="How many there are",
                    path=("capacity",),
                    widget=Number(unit="pieces", required=True),
                    rule="F14",
                ),
            ),
        ),
    ),
)

PRODUCTS = Form(
    name="products",
    one="product",
    many="Products",
    summary="What customers buy: its price, its length, and the skills and equipment that it needs.",
    sentence="A product is what customers buy: so long, at such a price, by somebody with these skills, with this "
    "equipment. A zone may have a price, a length and words of its own.",
    rules="C2, C3, F4, F14",
    sections=(
        Section(
            title="The product",
            fields=(
                _id(),
                _name("As customers read it."),
                Field(
                    name="industry",
                    label="Industry",
                    path=("industry",),
                    widget=Select(subject="industries", required=True),
                    rule="C2",
                ),
                Field(
                    name="price",
                    label="Price",
                    path=("price",),
                    widget=Money(required=True),
                    hint="Where a zone has no price of its own.",
                    rule="C2",
                ),
                Field(
                    name="duration_minutes",
                    label="Length",
                    path=("duration_minutes",),
                    widget=Number(unit="minutes"),
                    default=60,
                    hint="5 to 1440. Default: 60.",
                    rule="C3",
                ),
                _active("An inactive one can't be bought; visits that stand stay."),
                Field(
                    name="description",
                    label="Description",
                    path=("description",),
                    widget=Text(long=True),
                    default="",
                    hint="As customers read it.",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="What it needs",
            fields=(
                Field(
                    name="skills",
                    label="Skills",
                    path=("skills",),
                    widget=Several(subject="skills", more="Other skills, one a line"),
                    default=[],
                    hint="Only a technician who has all of them can go.",
                    rule="F4",
                    wide=True,
                ),
                Field(
                    name="resources",
                    label="Equipment",
                    path=("resources",),
                    widget=Counts(),
                    default={},
                    hint="Pieces that the visit holds while it lasts. Empty: none.",
                    rule="F14",
                    wide=True,
                ),
            ),
        ),
    ),
)

_OVERRIDES = Rows(
    one="product",
    columns=(
        Field(
            name="product",
            label="Product",
            path=("product",),
            widget=Select(subject="products", required=True),
        ),
        Field(name="price_on", label="Own price", path=("price_on",), widget=Check(), default=False),
        Field(
            name="price",
            label="Price here",
            ticked_by="price_on",
            path=("price",),
            widget=Money(nullable=True),
            default=None,
        ),
        Field(name="duration_on", label="Own length", path=("duration_on",), widget=Check(), default=False),
        Field(
            name="duration_minutes",
            label="Length here",
            ticked_by="duration_on",
            path=("duration_minutes",),
            widget=Number(unit="minutes", nullable=True),
            default=None,
        ),
        Field(name="name_on", label="Own name", path=("name_on",), widget=Check(), default=False),
        Field(
            name="name",
            label="Name here",
            ticked_by="name_on",
            path=("name",),
            widget=Text(nullable=True),
            default=None,
        ),
        Field(name="description_on", label="Own description", path=("description_on",), widget=Check(), default=False),
        Field(
            name="description",
            label="Description here",
            ticked_by="description_on",
            path=("description",),
            widget=Text(long=True, nullable=True),
            default=None,
        ),
    ),
)

ZONES = Form(
    name="zones",
    one="zone",
    many="Zones",
    summary="Service areas with their own prices, hours and staff.",
    sentence="A zone is a service area with its own prices, hours and staff. Where several zones hold an address, a "
    "negative one refuses it, whatever else there is; then the highest priority wins.",
    rules="Z4 to Z7",
    sections=(
        Section(
            title="The zone",
            fields=(
                _id(),
                _name("As the desk reads it; customers don't see zones."),
                Field(
                    name="priority",
                    label="Priority",
                    path=("priority",),
                    widget=Number(unit="of 100"),
                    default=50,
                    hint="0 to 100, the larger wins. Default: 50. A tie goes to the tiers, then the industry "
                    "asked for, then the zone with staff, then the default one.",
                    rule="Z6",
                ),
                Field(
                    name="negative",
                    label="Negative: nobody is served here",
                    path=("negative",),
                    widget=Check(),
                    default=False,
                    hint="Nothing outranks it.",
                    rule="Z5",
                ),
                Field(
                    name="default",
                    label="Default: serves addresses that no zone holds",
                    path=("default",),
                    widget=Check(),
                    default=False,
                    hint="It is no licence to drive anywhere: the drives are judged all the same.",
                    rule="Z7",
                ),
                _active("An inactive one does not count."),
            ),
        ),
        Section(
            title="Where",
            fields=(
                Field(
                    name="boundaries",
                    label="Boundaries",
                    path=("boundaries",),
                    widget=Several(subject="boundaries"),
                    default=[],
                    hint="The zone holds an address if any of them does. They are drawn on the map.",
                    rule="Z4",
                    wide=True,
                ),
                Field(
                    name="tiers",
                    label="Tiers",
                    path=("tiers",),
                    widget=Several(subject="tiers", more="Other tiers, one a line"),
                    default=[],
                    hint="Of customers for whom the zone wins a tie of priorities.",
                    rule="Z6",
                    wide=True,
                ),
            ),
        ),
        Section(
            title="What is sold here",
            fields=(
                Field(
                    name="industries",
                    label="Industries",
                    path=("industries",),
                    default=[],
                    rule="C1",
                    wide=True,
                    hint="In the order in which customers see them: the smaller number first. None: nothing is sold "
                    "here.",
                    widget=Rows(
                        one="industry",
                        columns=(
                            Field(
                                name="industry",
                                label="Industry",
                                path=("industry",),
                                widget=Select(subject="industries", required=True),
                            ),
                            Field(name="sort", label="Order", path=("sort",), widget=Number(), default=0),
                            Field(name="active", label="Offered", path=("active",), widget=Check(), default=True),
                        ),
                    ),
                ),
                Field(
                    name="overrides",
                    label="Prices, lengths and words of its own",
                    path=("overrides",),
                    default=[],
                    rule="C2",
                    wide=True,
                    hint="A value counts where its tick is set; without the tick it is kept, and the product's own "
                    "counts.",
                    widget=_OVERRIDES,
                ),
            ),
        ),
    ),
)

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
                _id(),
                _name(),
                _active("An inactive one is offered nothing; visits that stand stay."),
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
                _id(),
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
                _active("An inactive one does not count."),
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
