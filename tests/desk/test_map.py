"""The map: routes of a day, zones by drawing, radius and postal list with who would move, and traces of addresses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.desk.desk import Member, must_be_at
from tests.desk.office import ROBIN, Office
from tests.web.photon import AIRPORT, OAKVILLE

pytestmark = pytest.mark.slow


@pytest.fixture
def ground(office: Office) -> Iterator[Office]:
    """The office, whose zones have the boundaries that they had after the test."""
    halton = office.ask("GET", "zones/z-halton")
    yield office
    office.ask("PUT", "zones/z-halton", halton)


@pytest.fixture
def name() -> str:
    """A name that no boundary had before: even a deleted one keeps its own."""
    return f"b-{uuid.uuid4().hex[:8]}"


def drawable(page: Page) -> tuple[float, float, float, float]:
    """Wait until the map can be drawn on, and give where it lies."""
    expect(page.locator("[data-canvas] canvas").first).to_be_visible()
    expect(page.locator("[data-tool=draw]")).to_be_enabled()
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def test_the_day_has_numbered_stops_on_the_map_and_in_a_table(dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("map", date=office.living.isoformat(), technician="amara")

    rows = page.locator("table[data-route=amara] tbody tr")
    expect(rows).to_have_count(3)
    assert [text.strip() for text in rows.locator(".number-mark").all_inner_texts()] == ["1", "2", "3"]
    expect(rows.first).to_contain_text("Robin Doe")
    expect(page.locator("[data-map]")).to_be_visible()


def test_without_a_tile_server_there_are_shapes_on_a_plain_ground(dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("map", date=office.living.isoformat())

    expect(page.locator("[data-canvas] canvas").first).to_be_visible()
    foreign = [url for url in dispatcher.watch.requested if not url.startswith(office.server.url)]
    assert foreign == []


def test_a_boundary_is_drawn_and_saved(owner: Member, ground: Office, name: str) -> None:
    page = owner.page("map", "boundaries", "new", shape="polygon")
    left, top, width, height = drawable(page)
    page.locator("[data-tool=draw]").click()

    corners = [(0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65)]
    for x, y in [*corners, corners[0]]:
        page.mouse.move(left + width * x, top + height * y, steps=4)
        page.mouse.click(left + width * x, top + height * y)
        page.wait_for_timeout(350)
    expect(page.locator("[data-shape-said]")).to_contain_text("4 corners")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Add it to a zone").select_option("z-halton")
    page.get_by_role("button", name="Save").click()

    must_be_at(page, "boundary")
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    kept = ground.ask("GET", f"boundaries/{name}")
    assert kept["kind"] == "polygon"
    assert len(kept["geometry"]["coordinates"][0]) == 5
    assert name in ground.ask("GET", "zones/z-halton")["boundaries"]


def test_a_boundary_is_typed_as_corners(owner: Member, ground: Office, name: str) -> None:
    page = owner.page("map", "boundaries", "new", shape="polygon")

    page.get_by_label("Name", exact=True).fill(name)
    page.locator("#shape").fill("43.48, -79.72\n43.50, -79.72\n43.50, -79.69\n43.48, -79.69")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert ground.ask("GET", f"boundaries/{name}")["geometry"]["type"] == "Polygon"


def test_a_radius_is_previewed_with_who_would_move(owner: Member, ground: Office) -> None:
    page = owner.page("map", "boundaries", "b-airport")
    page.get_by_label("Latitude of the centre").fill(str(OAKVILLE.lat))
    page.get_by_label("Longitude of the centre").fill(str(OAKVILLE.lng))

    page.get_by_role("button", name="Preview who moves").click()

    expect(page.locator("[data-preview]")).to_contain_text(ROBIN.name)
    expect(page.locator("[data-preview] table")).to_contain_text("not served")
    assert ground.ask("GET", "boundaries/b-airport")["center"]["lat"] == pytest.approx(43.1736)


def test_a_postal_list_is_edited_after_a_preview(owner: Member, ground: Office, name: str) -> None:
    page = owner.page("map", "boundaries", "new", shape="postal_set")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Postal codes").fill("L6H 0H3, L6H 3H6")
    page.get_by_label("Add it to a zone").select_option("z-halton")

    page.get_by_role("button", name="Preview who moves").click()
    expect(page.locator("[data-preview]")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert len(ground.ask("GET", f"boundaries/{name}")["codes"]) == 2


def test_a_shape_that_crosses_itself_is_refused_at_its_field(owner: Member, ground: Office, name: str) -> None:
    owner.watch.expect_status(422)
    page = owner.page("map", "boundaries", "new", shape="polygon")

    page.get_by_label("Name", exact=True).fill(name)
    page.locator("#shape").fill("43.48, -79.72\n43.50, -79.69\n43.50, -79.72\n43.48, -79.69")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#shape-fault")).to_be_visible()
    expect(page.locator("#shape")).to_have_attribute("aria-invalid", "true")
    with ground.desk() as desk:
        assert desk.get(f"/api/v1/staff/boundaries/{name}").status_code == 404


def test_two_who_change_one_boundary_get_a_clear_choice(owner: Member, ground: Office, name: str) -> None:
    owner.watch.expect_status(412, 409)
    ground.ask("PUT", f"boundaries/{name}", circle(name, 1_000))
    page = owner.page("map", "boundaries", name)
    page.get_by_label("Radius in metres").fill("3000")
    ground.ask("PUT", f"boundaries/{name}", circle(name, 2_000))

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Somebody else changed")
    expect(page.locator("main table")).to_contain_text("2000")
    expect(page.locator("main table")).to_contain_text("3000")
    assert ground.ask("GET", f"boundaries/{name}")["radius_m"] == 2_000
    page.get_by_role("button", name="Keep mine").click()

    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert ground.ask("GET", f"boundaries/{name}")["radius_m"] == 3_000


def test_a_boundary_on_a_page_and_over_the_api_leave_the_same_rows(ground: Office, name: str) -> None:
    rows = []
    for by_page in (False, True):
        ground.ask("PUT", f"boundaries/{name}", circle(name, 1_000))
        with ground.signed_in("owner", page=by_page) as client:
            shown = client.get(f"/api/v1/staff/boundaries/{name}")
            if by_page:
                form = {"version": shown.headers["ETag"].strip('"'), "lat": "43.4", "lng": "-79.7", "radius_m": "1500"}
                form |= {"active": "on", "do": "save", "reason": ""}
                answer = client.post(f"/desk/map/boundaries/{name}", data=form)
            else:
                answer = client.put(f"/api/v1/staff/boundaries/{name}", json=circle(name, 1_500))
        assert answer.status_code in {200, 303}, answer.text
        row = ground.trail(subject="boundaries", id_=name)[0]
        rows.append({key: value for key, value in row.items() if key not in {"at", "number"}})

    assert rows[0] == rows[1]


def test_an_address_is_traced_to_its_zone_and_hub(dispatcher: Member) -> None:
    page = dispatcher.page("map", "trace", address=OAKVILLE.written)

    expect(page.locator("main")).to_contain_text("Oakville")
    expect(page.locator(".trace > li").first).to_be_visible()
    expect(page.locator(".trace")).to_contain_text("H01")


def test_a_negative_zone_is_told_in_words(dispatcher: Member) -> None:
    page = dispatcher.page("map", "trace", address=AIRPORT.written)

    expect(page.locator("main")).to_contain_text("Hamilton airport")
    expect(page.locator(".notice").first).to_contain_text("not served")


def test_who_may_only_read_sees_boundaries_and_no_form(dispatcher: Member) -> None:
    page = dispatcher.page("map", "boundaries", "b-oakville-fsa")

    expect(page.locator("main")).to_contain_text("L6H")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_a_boundary_is_made_without_scripts(no_script: Member, ground: Office, name: str) -> None:
    page = no_script.page("map", "boundaries", "new", shape="radius")

    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Latitude of the centre").fill("43.4")
    page.get_by_label("Longitude of the centre").fill("-79.7")
    page.get_by_label("Radius in metres").fill("1200")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert ground.ask("GET", f"boundaries/{name}")["radius_m"] == 1_200


def circle(name: str, metres: int) -> dict[str, object]:
    return {"id": name, "kind": "radius", "center": {"lat": 43.4, "lng": -79.7}, "radius_m": metres}
