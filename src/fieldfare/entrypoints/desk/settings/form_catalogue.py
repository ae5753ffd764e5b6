"""The forms of what is sold, and with which equipment."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.every_record import active_field, id_field, name_field
from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Money, Number, Select, Several, Text
from fieldfare.entrypoints.desk.settings.widgets_grouped import Counts

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
            fields=(
                id_field(),
                name_field("As customers read it."),
                active_field("An inactive one is offered nowhere."),
            ),
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
                id_field("kind", "Kind"),
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
                id_field(),
                name_field("As customers read it."),
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
                active_field("An inactive one can't be bought; visits that stand stay."),
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
