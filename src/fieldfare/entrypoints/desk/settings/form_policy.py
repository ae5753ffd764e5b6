"""The form of the policy."""

from __future__ import annotations

from typing import Any

from fieldfare.entrypoints.desk.settings.fields import Field, Form, Section
from fieldfare.entrypoints.desk.settings.widgets import Number, Option, Select, Splitting, Text
from fieldfare.entrypoints.desk.settings.widgets_grouped import Rows, TakenOff
from fieldfare.entrypoints.scenario.schema_policy import PolicyRecord


def _of_policy(key: str, label: str, hint: str, rule: str, *, widget: Any = None, **more: Any) -> Field:
    """Describe a key of the policy, with the default that it has in a document."""
    name = "return_" if key == "return" else key
    default = PolicyRecord.model_fields[name].default
    return Field(
        name=key,
        label=label,
        hint=hint,
        rule=rule,
        path=("policy", key),
        widget=widget or Number(unit="minutes"),
        default=default,
        **more,
    )


POLICY = Form(
    name="policy",
    one="policy",
    many="Policy",
    summary="When visits are sold, how drives count, and what customers may do.",
    sentence="What the owner decides for the whole business: when visits are sold, how the drives are counted, and "
    "what customers may do. A visit that stands keeps what it was promised.",
    rules="F1, F2, F8, G1 to G3, T2 to T4, B3, B6, B11, B13, B14",
    sections=(
        Section(
            title="The parts of the day",
            sentence="Visits begin at the starts of a block. A block either lists its starts or has one every so many "
            "minutes; blocks may touch but not overlap (G1). The first visit in a block decides its hub (F8).",
            fields=(
                Field(
                    name="blocks",
                    label="Blocks",
                    path=("policy", "blocks"),
                    hint="At least one, such as AM and PM.",
                    rule="G1",
                    wide=True,
                    widget=Rows(
                        one="block",
                        columns=(
                            Field(name="id", label="Name", path=("id",), widget=Text(required=True), default=""),
                            Field(name="start", label="From", path=("start",), widget=Text(type="time"), default=""),
                            Field(
                                name="end",
                                label="To (00:00: midnight)",
                                path=("end",),
                                widget=Text(type="time"),
                                default="",
                            ),
                            Field(
                                name="starts",
                                label="Starts, such as 08:00, 10:30",
                                path=("starts",),
                                widget=Splitting(),
                            ),
                            Field(
                                name="step_minutes",
                                label="Or one every",
                                path=("step_minutes",),
                                widget=Number(unit="minutes"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            title="How early and how late",
            fields=(
                _of_policy(
                    "horizon_days",
                    "Days that are sold",
                    "So many dates, today being the first. Default: 30.",
                    "F2",
                    widget=Number(unit="days"),
                ),
                _of_policy(
                    "min_notice_minutes",
                    "Notice",
                    "A visit starts at least so long after it is booked. Default: 240, which is four hours.",
                    "F1",
                ),
                _of_policy(
                    "change_cutoff_minutes",
                    "Customers may change until",
                    "Rescheduling and cancelling end so long before the start; the desk may later, too. Default: 240.",
                    "B6",
                ),
                _of_policy(
                    "hold_minutes",
                    "A slot is held for",
                    "While a customer fills in the details. Default: 10.",
                    "B3",
                ),
                _of_policy(
                    "waitlist_hold_minutes",
                    "An offer from the waiting list is held for",
                    "Default: 120.",
                    "B3",
                ),
            ),
        ),
        Section(
            title="Drives",
            fields=(
                _of_policy(
                    "lock",
                    "Lock to a hub",
                    "The first visit of a technician's block ties the block to that visit's hub, so that nobody "
                    "is sent across town and back.",
                    "F8",
                    widget=Select(
                        options=(
                            Option(value="hub", label="A block belongs to the hub of its first visit"),
                            Option(value="none", label="No lock: the drives alone decide"),
                        )
                    ),
                ),
                _of_policy(
                    "travel_buffer_minutes",
                    "Least time between two visits",
                    "Even where the drive is shorter. Default: 15.",
                    "T2",
                ),
                _of_policy(
                    "depart",
                    "The drive to the first visit",
                    "Whether the shift begins at the depot or at the customer's door.",
                    "F9, T3",
                    widget=Select(
                        options=(
                            Option(value="on_shift", label="lies within the shift"),
                            Option(value="before_shift", label="is driven before the shift"),
                        )
                    ),
                ),
                _of_policy(
                    "return",
                    "The drive home",
                    "Whether the technician is back at the depot when the shift ends.",
                    "F12, T4",
                    widget=Select(
                        options=(
                            Option(value="by_shift_end", label="ends within the shift"),
                            Option(value="after_shift", label="may end after the shift"),
                        )
                    ),
                ),
            ),
        ),
        Section(
            title="When the CRM can't be read",
            sentence="With a CRM connected, what it says of a technician's time may be too old to sell that time "
            "(B13). Where nothing is connected, this changes nothing.",
            fields=(
                _of_policy(
                    "stale_after_minutes",
                    "What was read is too old after",
                    "Counted for each technician from when the CRM was last read in full. Default: 240, which is four "
                    "hours.",
                    "B13",
                ),
                _of_policy(
                    "on_stale",
                    "Then the technician's times are",
                    "Staff can't book against this; a request they can accept, once they have looked in the CRM.",
                    "B13",
                    widget=Select(
                        options=(
                            Option(value="hide", label="not offered"),
                            Option(value="request", label="offered as a request, where nobody else can come"),
                            Option(value="allow", label="offered as ever"),
                        )
                    ),
                ),
            ),
        ),
        Section(
            title="Deciding and telling",
            fields=(
                _of_policy(
                    "assignment",
                    "Who chooses the technician",
                    "With the desk choosing, the slot is kept drivable by a provisional choice until somebody assigns.",
                    "O4",
                    widget=Select(
                        options=(
                            Option(value="automatic", label="Fieldfare, by the smallest detour"),
                            Option(value="manual", label="The desk"),
                        )
                    ),
                ),
                _of_policy(
                    "estimate_threshold_minutes",
                    "Customers hear of a delay from",
                    "An expected start that moves by more than this is told, once. Default: 15.",
                    "B11",
                ),
                _of_policy(
                    "recommended_discount",
                    "Discount on recommended slots",
                    "Slots that cost little driving may cost less money, never below a floor. Default: none.",
                    "B14",
                    widget=TakenOff(),
                    wide=True,
                ),
            ),
        ),
    ),
)
