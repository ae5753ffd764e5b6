"""O5: what is offered instead of a slot that isn't free."""

from tests.worlds import World, table, world

# Three dates, 2027-01-04 to 06, with starts at 08:00, 10:00, 14:00 and 16:00.
T1 = (
    world()
    .policy(horizon_days=3)
    .blocks(("AM", "08:00", "12:00", ["08:00", "10:00"]), ("PM", "13:00", "17:00", ["14:00", "16:00"]))
    .technician("t1")
)
TEN_IS_TAKEN = T1.busy("c1", "tue 10:00", "tue 11:00")

CASES: dict[str, tuple[World, str, list[str]]] = {
    # Tuesday 08:00 (2 h), 14:00 (4 h), 16:00 (6 h); then Monday 16:00 (18 h), 14:00 (20 h), before Wednesday (22 h).
    "same date first, then the nearest": (
        TEN_IS_TAKEN,
        "tue 10:00",
        ["2027-01-05 08:00", "2027-01-05 14:00", "2027-01-05 16:00", "2027-01-04 16:00", "2027-01-04 14:00"],
    ),
    # 12:00 is two hours from 10:00 and from 14:00, four from 08:00 and 16:00; Wednesday 08:00 and Monday 16:00 both 20.
    "ties to the earlier": (
        T1,
        "tue 12:00",
        ["2027-01-05 10:00", "2027-01-05 14:00", "2027-01-05 08:00", "2027-01-05 16:00", "2027-01-04 16:00"],
    ),
    # Wednesday 00:00: of its date 08:00 (8 h) to 16:00 (16 h), though Tuesday 16:00 is as near (8 h).
    "the same date, though another is nearer": (
        T1,
        "wed 00:00",
        ["2027-01-06 08:00", "2027-01-06 10:00", "2027-01-06 14:00", "2027-01-06 16:00", "2027-01-05 16:00"],
    ),
    # Nothing is free on Tuesday: Monday 16:00 and 14:00 (18, 20 h), Wednesday 08:00 (22 h), then 24 h twice.
    "nothing on the same date": (
        T1.busy("c1", "tue 00:00", "wed 00:00"),
        "tue 10:00",
        ["2027-01-04 16:00", "2027-01-04 14:00", "2027-01-06 08:00", "2027-01-04 10:00", "2027-01-06 10:00"],
    ),
    # Beyond the horizon: the nearest are the last ones.
    "behind the horizon": (
        T1,
        "2027-02-01 10:00",
        ["2027-01-06 16:00", "2027-01-06 14:00", "2027-01-06 10:00", "2027-01-06 08:00", "2027-01-05 16:00"],
    ),
    "before the horizon": (
        T1,
        "2027-01-03 10:00",
        ["2027-01-04 08:00", "2027-01-04 10:00", "2027-01-04 14:00", "2027-01-04 16:00", "2027-01-05 08:00"],
    ),
    "fewer than five": (
        T1.shift(("08:00", "09:00"), on="mon tue").busy("c1", "mon 08:00", "mon 09:00"),
        "mon 08:00",
        ["2027-01-05 08:00"],
    ),
    "none": (T1.off(), "tue 10:00", []),
    # 23:30 in Toronto is of the date on which the next one is already counted in UTC.
    "the date is the local one": (
        T1.blocks(("DAY", "00:00", "00:00", ["00:00", "12:00", "22:00"])),
        "mon 23:00",
        ["2027-01-04 22:00", "2027-01-04 12:00", "2027-01-04 00:00", "2027-01-05 00:00", "2027-01-05 12:00"],
    ),
}


@table("small, wanted, offered", CASES)
def test_o5_alternatives(small: World, wanted: str, offered: list[str]) -> None:
    assert small.instead_of(wanted) == offered
