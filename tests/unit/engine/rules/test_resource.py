"""F14: at every instant of the visit there is enough of every resource that the product needs."""

from typing import Any

from tests.worlds import FREE, NOBODY, World, table, world

# One lift, and a product that needs it. The second technician holds it from 09:00 to 10:00.
LIFT = world().resource("lift", 1).product(resources={"lift": 1}).technician("t1")
HOLDS: dict[str, Any] = {"resources": {"lift": 1}}
HELD = LIFT.technician("t2").visit("c1", "09:00", "10:00", **HOLDS)
# Two lifts
TWO = world().resource("lift", 2).product(resources={"lift": 1}).technician("t1").technician("t2")
PAIR = TWO.product(resources={"lift": 2})

CASES = {
    "starts as the lift is free again": (HELD, "10:00", FREE),
    "starts a quarter before": (HELD, "09:45", "resource"),
    # 08:00 + 60 min = 09:00
    "ends as the lift is taken": (HELD, "08:00", FREE),
    "ends a quarter later": (HELD, "08:15", "resource"),
    "held a second longer": (LIFT.technician("t2").visit("c1", "09:00", "10:00:01", **HOLDS), "10:00", "resource"),
    "held a second earlier": (LIFT.technician("t2").visit("c1", "08:59:59", "10:00", **HOLDS), "08:00", "resource"),
    "held for one second": (LIFT.technician("t2").visit("c1", "09:30", "09:30:01", **HOLDS), "09:00", "resource"),
    "held by busy time": (LIFT.technician("t2").busy("c1", "09:00", "10:00", **HOLDS), "09:30", "resource"),
    "held by nobody": (LIFT.busy("c1", "09:00", "10:00", of=NOBODY, **HOLDS), "09:30", "resource"),
    "held by nobody, afterwards": (LIFT.busy("c1", "09:00", "10:00", of=NOBODY, **HOLDS), "10:00", FREE),
    "held by somebody inactive": (
        LIFT.technician("t2", active=False).visit("c1", "09:00", "10:00", **HOLDS),
        "09:30",
        "resource",
    ),
    "held by somebody of no zone": (
        LIFT.technician("t2", zones=[]).visit("c1", "09:00", "10:00", **HOLDS),
        "09:30",
        "resource",
    ),
    "a product that needs nothing": (HELD.product(resources={}), "09:30", FREE),
    "a visit that holds nothing": (LIFT.technician("t2").visit("c1", "09:00", "10:00"), "09:30", FREE),
    "another kind": (
        LIFT.resource("van", 1).technician("t2").visit("c1", "09:00", "10:00", resources={"van": 1}),
        "09:30",
        FREE,
    ),
    "both kinds, one is taken": (
        LIFT.resource("van", 1)
        .product(resources={"van": 1, "lift": 1})
        .technician("t2")
        .visit("c1", "09:00", "10:00", resources={"van": 1}),
        "09:30",
        "resource",
    ),
    # Of two lifts one is left: 1 + 1 = 2; and if the other is held as well, none: 1 + 2 > 2.
    "one of two is left": (TWO.visit("c1", "09:00", "10:00", **HOLDS), "09:30", FREE),
    "none of two is left": (
        TWO.visit("c1", "09:00", "10:00", **HOLDS).busy("c2", "09:30", "09:45", of=NOBODY, **HOLDS),
        "09:00",
        "resource",
    ),
    "one visit holds both": (TWO.visit("c1", "09:00", "10:00", resources={"lift": 2}), "09:30", "resource"),
    # At every instant: one until 09:30 and another from 09:30 are never two.
    "one after the other": (
        TWO.visit("c1", "09:00", "09:30", **HOLDS).busy("c2", "09:30", "10:00", of=NOBODY, **HOLDS),
        "09:00",
        FREE,
    ),
    "one second of both": (
        TWO.visit("c1", "09:00", "09:30:01", **HOLDS).busy("c2", "09:30", "10:00", of=NOBODY, **HOLDS),
        "09:00",
        "resource",
    ),
    # 2 + 0 = 2, 2 + 1 > 2
    "both are needed, both are there": (PAIR, "09:00", FREE),
    "both are needed, one is held": (PAIR.visit("c1", "09:00", "10:00", **HOLDS), "09:30", "resource"),
    "more is needed than there is": (TWO.product(resources={"lift": 3}), "09:30", "resource"),
    "there is none": (world().resource("lift", 0).product(resources={"lift": 1}).technician("t1"), "09:30", "resource"),
    # Somebody wrote down more than there is: 3 of 2 are held until 10:00.
    "more is held than there is": (TWO.visit("c1", "09:00", "10:00", resources={"lift": 3}), "09:30", "resource"),
    "more was held than there is": (TWO.visit("c1", "09:00", "10:00", resources={"lift": 3}), "10:00", FREE),
    "held since years": (
        LIFT.busy("c1", "2020-01-01 00:00", "2040-01-01 00:00", of=NOBODY, **HOLDS),
        "09:30",
        "resource",
    ),
}


@table("small, start, reason", CASES)
def test_resource(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason
