"""Z3: boundaries put together of others."""

import itertools
from typing import Any

from tests.worlds import HERE, NORTH, Spot, World, box, polygon, table, world

# `in` boundaries contain HERE, `out` boundaries don't. All are children, none is linked to a zone.
BIG, SMALL = polygon(box(-80, 43, -79, 44)), polygon(box(-79.7, 43.4, -79.6, 43.55))
GROUND = (
    world()
    .boundary("in1", **BIG)
    .boundary("in2", **BIG)
    .boundary("small", **SMALL)
    .boundary("out1", **polygon(box(0, 0, 1, 1)))
    .boundary("out2", **polygon(box(0, 0, 1, 1)))
    .boundary("gone", **BIG, active=False)
    .boundary("gone-too", **BIG, deleted=True)
    .boundary("later", **BIG, effective_from="2027-01-05")
)


def made_of(*steps: str, ground: World = GROUND, id_: str = "made") -> World:
    """Add a composite of steps such as `union in1`, in this order."""
    children: list[dict[str, Any]] = []
    for sort, step in enumerate(steps):
        operation, boundary = step.split()
        children.append({"boundary": boundary, "operation": operation, "sort": sort})
    return ground.boundary(id_, kind="composite", children=children)


def contains(small: World, at: Spot = HERE) -> bool:
    return "made" in small.at(at).resolution().matched_boundaries


CASES = {
    "union of one inside": (made_of("union in1"), True),
    "union of one outside": (made_of("union out1"), False),
    "union of either": (made_of("union out1", "union in1"), True),
    "intersection of both": (made_of("union in1", "intersect in2"), True),
    "intersection with one outside": (made_of("union in1", "intersect out1"), False),
    "exclusion of one inside": (made_of("union in1", "exclude in2"), False),
    "exclusion of one outside": (made_of("union in1", "exclude out1"), True),
    # Start from outside: an exclusion first takes nothing away, and adds nothing.
    "exclusion first": (made_of("exclude out1"), False),
    "exclusion first, then union": (made_of("exclude in1", "union in2"), True),
    # A first live child with intersect counts as union.
    "intersection first": (made_of("intersect in1"), True),
    "intersection first, outside": (made_of("intersect out1"), False),
    "intersection first, then another": (made_of("intersect in1", "intersect in2"), True),
    "intersection second, after an exclusion": (made_of("exclude out1", "intersect in1"), False),
    "intersection first behind one that is gone": (made_of("union gone", "intersect in1"), True),
    "intersection first behind one that is deleted": (made_of("exclude gone-too", "intersect in1"), True),
    "intersection first behind one to come": (made_of("union later", "intersect in1"), True),
    # The steps are taken one after the other: what is excluded can come back, what comes back can be cut.
    "taken out, and not put back": (made_of("union in1", "exclude in2", "union later", "union out1"), False),
    "taken out and put back": (made_of("union in1", "exclude in2", "union small"), True),
    "an exclusion last": (made_of("union in1", "union out1", "exclude in2"), False),
    "a union behind an intersection": (made_of("union in1", "intersect out1", "union in2"), True),
    # What doesn't count by Z1 is passed over: its exclusion takes nothing, its intersection cuts nothing.
    "an exclusion that is gone": (made_of("union in1", "exclude gone"), True),
    "an intersection that is gone": (made_of("union in1", "intersect gone"), True),
    "a union that is gone": (made_of("union gone"), False),
    "all are gone": (made_of("union gone", "intersect gone-too", "union later"), False),
    "no children": (made_of(), False),
}


@table("small, expected", CASES)
def test_a_composite_contains(small: World, expected: bool) -> None:
    assert contains(small) is expected


def test_children_are_taken_in_sort_order_whatever_the_order_of_writing() -> None:
    # By sort: union in1, then exclude in2. As written: exclude first, and then the union.
    children = [
        {"boundary": "in2", "operation": "exclude", "sort": 2},
        {"boundary": "in1", "operation": "union", "sort": 1},
    ]
    for order in itertools.permutations(children):
        assert not contains(GROUND.boundary("made", kind="composite", children=list(order)))


def test_a_tie_of_sort_goes_to_the_smaller_boundary_id() -> None:
    # in1 before in2: union, then exclude; or exclude, then union.
    last_out = [{"boundary": "in2", "operation": "exclude"}, {"boundary": "in1", "operation": "union"}]
    last_in = [{"boundary": "in2", "operation": "union"}, {"boundary": "in1", "operation": "exclude"}]
    assert not contains(GROUND.boundary("made", kind="composite", children=last_out))
    assert contains(GROUND.boundary("made", kind="composite", children=last_in))


def test_composites_nest() -> None:
    # A ring: big without small. A second composite takes a notch out of the ring, or adds the small one again.
    ring = made_of("union in1", "exclude small", id_="ring")
    assert not contains(made_of("union ring", ground=ring), HERE)
    assert contains(made_of("union ring", ground=ring), NORTH)
    assert contains(made_of("union ring", "union small", ground=ring), HERE)
    assert not contains(made_of("union in2", "exclude ring", ground=ring), NORTH)
    assert contains(made_of("union in2", "exclude ring", ground=ring), HERE)


def test_a_composite_that_does_not_count_is_passed_over_as_a_child() -> None:
    ring = made_of("union in1", id_="ring").boundary("ring", active=False)
    assert not contains(made_of("union ring", ground=ring))
    assert contains(made_of("union in2", "exclude ring", ground=ring))


def test_a_composite_without_live_children_counts_itself() -> None:
    # Empty contains nothing, but it is there: it excludes nothing, and an intersection with it leaves nothing.
    empty = made_of("union gone", id_="empty")
    assert contains(made_of("union in1", "exclude empty", ground=empty))
    assert not contains(made_of("union in1", "intersect empty", ground=empty))


def test_a_deep_nest_is_worked_through() -> None:
    deep = made_of("union in1", id_="c0")
    for level in range(1, 200):
        deep = made_of(f"union c{level - 1}", ground=deep, id_=f"c{level}")
    assert "c199" in deep.resolution().matched_boundaries


def test_children_of_composites_match_by_themselves() -> None:
    matched = made_of("union in1", "exclude in2").resolution().matched_boundaries
    assert matched == ("around", "in1", "in2", "small")
