"""F4: a technician is active, assigned to the zone, and has every skill that the product needs."""

from tests.worlds import FREE, World, table, world

GAS = world().product(skills=["gas", "electric"])

CASES = {
    "every skill": (GAS.technician("t1", skills=["gas", "electric"]), FREE),
    "every skill and more": (GAS.technician("t1", skills=["roof", "electric", "gas"]), FREE),
    "one skill short": (GAS.technician("t1", skills=["gas"]), "not_qualified"),
    "another skill instead": (GAS.technician("t1", skills=["gas", "roof"]), "not_qualified"),
    "no skill": (GAS.technician("t1"), "not_qualified"),
    "no skill needed": (world().technician("t1"), FREE),
    "inactive": (world().technician("t1", active=False), "not_qualified"),
    "in no zone": (world().technician("t1", zones=[]), "not_qualified"),
    "in another zone": (world().zone("z2").technician("t1", zones=["z2"]), "not_qualified"),
    "in this zone and another": (world().zone("z2").technician("t1", zones=["z2", "z1"]), FREE),
}


@table("small, reason", CASES)
def test_not_qualified(small: World, reason: str) -> None:
    assert small.reason("t1", "10:00") == reason


def test_who_does_not_qualify_is_told_so_even_where_nothing_else_is_known_of_them() -> None:
    # No schedule, a visit all day long, no room in the week: the first rule gives the reason.
    small = world().technician("t1", active=False, weekly_jobs=0).off().visit("c1", "00:00", "23:00")
    assert small.reason("t1", "10:00") == "not_qualified"
