"""Chapter C: zones. Which one serves a place, what it sells, and the empty answers."""

from tests.behavior.town import town
from tests.worlds import World

SELLS = {"boundaries": ["around"], "industries": [{"industry": "hvac"}]}


def empty(small: World) -> str:
    """Give the outcome of an answer that offers nothing, and make sure that it says nothing more."""
    answer = small.answer(explain=True)
    assert (answer.quote, answer.slots, answer.refusals) == (None, (), ())
    return answer.resolution.outcome


def test_c01_in_a_negative_zone_nothing_is_sold_whatever_else_lies_there() -> None:
    small = (
        town().zone("z1", priority=100, default=True).zone("never", boundaries=["around"], negative=True, priority=0)
    )
    assert empty(small) == "blocked"
    assert small.resolution().zone is None


def test_c02_outside_every_zone_the_default_zone_serves() -> None:
    small = town().zone("z1", boundaries=[], default=True)
    resolution = small.resolution()
    assert (resolution.outcome, resolution.zone, resolution.decided_by) == ("default_zone", "z1", "default")
    assert small.starts() == town().starts()


def test_c03_outside_every_zone_and_without_a_default_zone_nothing_is_sold() -> None:
    assert empty(town().zone("z1", boundaries=[])) == "out_of_area"


def test_c04_the_default_zone_drives_nowhere_that_its_technicians_cannot() -> None:
    # Sam has nine hours, and the drive takes nine.
    far = town().zone("z1", boundaries=[], default=True).drives(9 * 3_600)
    assert far.starts() == []
    assert far.resolution().outcome == "default_zone"


def test_c05_a_zone_without_services_says_so() -> None:
    assert empty(town().zone("z1", industries=[])) == "no_services"
    assert empty(town().industry("hvac", active=False)) == "no_services"


def test_c06_a_product_that_the_zone_does_not_sell_is_unavailable() -> None:
    plumbers = town().industry("plumbing").zone("z1", industries=[{"industry": "plumbing"}])
    assert empty(plumbers) == "product_unavailable"
    assert empty(town().product(active=False)) == "product_unavailable"
    assert empty(town().request(product="unheard-of")) == "product_unavailable"
    assert plumbers.resolution().zone == "z1"


def test_c07_a_day_on_which_nothing_is_free_is_an_answer_too() -> None:
    away = town().busy("leave", "2027-01-03 00:00", "2027-01-06 00:00")
    answer = away.answer()
    assert (answer.slots, answer.resolution.outcome) == ((), "zone")
    assert answer.quote is not None
    assert answer.refusals is None


def test_c08_a_zone_without_technicians_is_found_and_offers_nothing() -> None:
    nobody = town().zone("z2", **SELLS, priority=60).schedule("z2", zone="z2", week={"mon": [["00:00", "00:00"]]})
    assert nobody.resolution().zone == "z2"
    assert nobody.starts() == []


def test_c09_the_zone_of_higher_priority_sells_at_its_own_price() -> None:
    premium = {"overrides": [{"product": "tune-up", "price": 19_900, "price_on": True}]}
    small = town().zone("z2", **SELLS, **premium, priority=60)
    quote = small.answer().quote
    assert quote is not None
    assert quote.price == 19_900
    quote = small.zone("z2", priority=40).answer().quote
    assert quote is not None
    assert quote.price == 14_900


def test_c10_a_gold_customer_gets_the_gold_zone() -> None:
    small = town().zone("gold", **SELLS, tiers=["gold"])
    assert small.request(customer_tier="gold").resolution().zone == "gold"
    assert small.request(customer_tier="silver").resolution().zone == "z1"


def test_c11_of_two_zones_the_one_with_staff_serves() -> None:
    small = town().zone("a-without-staff", **SELLS)
    resolution = small.resolution()
    assert (resolution.zone, resolution.decided_by) == ("z1", "staff")


def test_c12_the_owner_sees_every_zone_that_matched_and_what_decided() -> None:
    small = town().zone("low", **SELLS, priority=10).zone("off", **SELLS, active=False)
    resolution = small.resolution()
    assert resolution.candidate_zones == ("low", "z1")
    assert resolution.decided_by == "priority"
    assert resolution.matched_boundaries == ("around",)


def test_c13_a_longer_visit_in_one_zone_is_offered_only_where_it_fits() -> None:
    # 60 minutes fit before noon until 11:00, 150 until 09:30.
    override = {"product": "tune-up", "duration_minutes": 150, "duration_on": True}
    assert [start for start in town().starts() if start < "12:00"][-1] == "11:00"
    longer = town().zone("z1", overrides=[override])
    assert [start for start in longer.starts() if start < "12:00"][-1] == "09:30"
    quote = longer.answer().quote
    assert quote is not None
    assert quote.duration_minutes == 150
