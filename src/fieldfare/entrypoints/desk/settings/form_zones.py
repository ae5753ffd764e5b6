"""The form of zones. Boundaries have pages of their own, on the map."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.every_record import active_field, id_field, name_field
from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Check, Money, Number, Select, Several, Text
from fieldfare.entrypoints.desk.settings.widgets_grouped import Rows

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
                id_field(),
                name_field("As the desk reads it; customers don't see zones."),
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
                active_field("An inactive one does not count."),
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
