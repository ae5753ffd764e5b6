"""The settings: each form saves, previews its effect, says its faults where they are, and loses nobody's change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import Member
from tests.desk.office import Office

pytestmark = pytest.mark.slow

KINDS = {
    "zones": "z-oakville",
    "hubs": "H01",
    "industries": "hvac",
    "resources": "scissor-lift",
    "products": "furnace-tune-up",
    "technicians": "amara",
    "schedules": "s-amara",
}
OWN = ("business", "policy")
NAMED = {kind: id_ for kind, id_ in KINDS.items() if kind not in {"resources", "schedules"}}


@pytest.fixture
def kept(office: Office) -> Iterator[Office]:
    """The office, whose settings are as they were after the test."""
    before = {f"{kind}/{id_}": office.ask("GET", f"{kind}/{id_}") for kind, id_ in KINDS.items()}
    before["business"] = office.ask("GET", "business")
    yield office
    for path, document in before.items():
        office.ask("PUT", path, document)


def saved(page: Page) -> None:
    """Save, and wait for the word of it."""
    page.locator(".savebar").get_by_role("button", name=re.compile("^(Save|Create)")).click()
    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()


@pytest.mark.parametrize("path", [*OWN, *(f"{kind}/{id_}" for kind, id_ in KINDS.items())])
def test_each_form_explains_its_rule_and_saves_as_it_is(path: str, owner: Member, kept: Office) -> None:
    source = "business" if path in OWN else path
    before = kept.ask("GET", source)
    page = owner.page("settings", *path.split("/"))
    expect(page.locator(".lead")).to_contain_text(re.compile(r"[a-z]\. \(.+\)|[a-z]\."))

    saved(page)

    assert kept.ask("GET", source) == before


@pytest.mark.parametrize(("kind", "id_"), NAMED.items())
def test_a_name_is_changed(kind: str, id_: str, owner: Member, kept: Office) -> None:
    page = owner.page("settings", kind, id_)

    page.locator("[id='f-name']").fill("Renamed by a test")
    saved(page)

    assert kept.ask("GET", f"{kind}/{id_}")["name"] == "Renamed by a test"


def test_the_preview_says_what_an_address_would_cost_and_who_could_go(owner: Member, kept: Office) -> None:
    page = owner.page("settings", "products", "furnace-tune-up")
    page.locator("[id='f-duration_minutes']").fill("90")
    asked_at(page, kept)

    page.get_by_role("button", name="Preview").click()

    preview = page.locator("#preview")
    expect(preview).to_contain_text("The answer would change")
    expect(preview).to_contain_text("159")
    expect(preview).to_contain_text("Amara Osei")
    assert kept.ask("GET", "products/furnace-tune-up")["duration_minutes"] == 60


def test_the_preview_names_the_visits_that_would_lie_outside(owner: Member, kept: Office) -> None:
    page = owner.page("settings", "technicians", "dev")
    boxes = page.locator("input[name='f.skills']")
    boxes.evaluate_all("boxes => boxes.forEach(box => { box.checked = false })")
    asked_at(page, kept)

    page.get_by_role("button", name="Preview").click()

    expect(page.locator("#preview .effect")).to_contain_text("would newly lie outside")


def asked_at(page: Page, office: Office) -> None:
    """Ask what an address would cost on the quiet day."""
    page.locator("#ask-place").fill("L6H 1A1")
    page.locator("#ask-product").select_option("furnace-tune-up")
    page.locator("#ask-date").fill(office.quiet.isoformat())
    page.locator("#ask-time").fill("09:00")


@pytest.mark.parametrize(
    ("kind", "id_", "field", "typed"),
    [
        ("products", "furnace-tune-up", "duration_minutes", "4"),
        ("products", "furnace-tune-up", "price", "minus one"),
        ("zones", "z-oakville", "priority", "101"),
        ("resources", "scissor-lift", "capacity", "many"),
        ("hubs", "H01", "place", "somewhere"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_saved(
    kind: str, id_: str, field: str, typed: str, owner: Member, kept: Office
) -> None:
    owner.watch.expect_status(422)
    before = kept.ask("GET", f"{kind}/{id_}")
    page = owner.page("settings", kind, id_)
    box = page.locator(f"[id='f-{field}']")

    box.fill(typed)
    page.locator(".savebar").get_by_role("button", name="Save").click()

    expect(page.locator("#faults")).to_contain_text("Nothing was saved")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_value(typed)
    expect(page.locator(f"[id='f-{field}-error']")).to_be_visible()
    assert kept.ask("GET", f"{kind}/{id_}") == before


def changed_meanwhile(office: Office, path: str, **fields: Any) -> None:
    office.ask("PUT", path, {**office.ask("GET", path), **fields})


def test_two_who_change_the_same_field_choose(owner: Member, kept: Office) -> None:
    owner.watch.expect_status(412, 409)
    page = owner.page("settings", "zones", "z-oakville")
    page.locator("[id='f-name']").fill("Mine")
    changed_meanwhile(kept, "zones/z-oakville", name="Theirs")

    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("somebody else saved meanwhile")
    assert kept.ask("GET", "zones/z-oakville")["name"] == "Theirs"
    page.get_by_role("button", name="Save mine over theirs").click()

    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    assert kept.ask("GET", "zones/z-oakville")["name"] == "Mine"


def test_two_who_change_other_fields_may_keep_both(owner: Member, kept: Office) -> None:
    owner.watch.expect_status(412, 409)
    page = owner.page("settings", "zones", "z-oakville")
    page.locator("[id='f-name']").fill("Mine")
    changed_meanwhile(kept, "zones/z-oakville", priority=71)

    page.locator(".savebar").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save what is chosen").click()

    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    now = kept.ask("GET", "zones/z-oakville")
    assert (now["name"], now["priority"]) == ("Mine", 71)


def test_a_schedule_that_somebody_else_changed_is_not_overwritten(owner: Member, kept: Office) -> None:
    owner.watch.expect_status(412, 409)
    page = owner.page("settings", "schedules", "s-amara")
    page.locator("[id='f-reason']").fill("New hours")
    page.locator("[id='f-priority']").fill("3")
    changed_meanwhile(kept, "schedules/s-amara", priority=5)

    page.locator(".savebar").get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("somebody else saved meanwhile")
    page.get_by_role("button", name="Take theirs").click()
    expect(page.locator("[id='f-priority']")).to_have_value("5")
    assert kept.ask("GET", "schedules/s-amara")["priority"] == 5


def test_a_schedules_exceptions_stand_on_a_calendar(owner: Member, office: Office) -> None:
    page = owner.page("settings", "schedules", "s-amara")

    expect(page.locator("#calendar table")).to_be_visible()


def test_a_product_is_made_and_deleted(owner: Member, kept: Office) -> None:
    page = owner.page("settings", "products", "new")
    page.locator("[id='f-id']").fill("filter-change")
    page.locator("[id='f-name']").fill("Filter change")
    page.locator("[id='f-industry']").select_option("hvac")
    page.locator("[id='f-price']").fill("49.00")
    saved(page)
    assert kept.ask("GET", "products/filter-change")["price"] == 4_900

    page.goto(owner.url("settings", "products", "filter-change", "delete"))
    page.get_by_role("button", name="Delete the product").click()

    expect(page.get_by_role("status").filter(has_text="Deleted").first).to_be_visible()
    with kept.desk() as desk:
        assert desk.get("/api/v1/staff/products/filter-change").status_code == 404


def test_what_is_in_use_is_not_deleted(owner: Member, kept: Office) -> None:
    owner.watch.expect_status(409, 422)
    page = owner.page("settings", "industries", "hvac", "delete")

    for button in page.locator("main form").get_by_role("button").all():
        button.click()
        break

    assert kept.ask("GET", "industries/hvac")["name"] == "Heating and cooling"
    expect(page.locator("main")).to_contain_text(re.compile("furnace|product|use", re.IGNORECASE))


def test_a_dispatcher_reads_and_may_not_change(sign_in: SignIn, office: Office) -> None:
    page = sign_in("dispatcher").page("settings", "zones", "z-oakville")

    expect(page.locator("[id='f-name']")).to_be_disabled()
    expect(page.locator(".savebar")).to_have_count(0)


def test_it_saves_without_scripts(no_script: Member, kept: Office) -> None:
    page = no_script.page("settings", "hubs", "H01")

    page.locator("[id='f-name']").fill("Renamed without scripts")
    saved(page)

    assert kept.ask("GET", "hubs/H01")["name"] == "Renamed without scripts"


@pytest.mark.parametrize(("kind", "id_"), NAMED.items())
def test_a_page_and_the_api_leave_the_same_row(kind: str, id_: str, no_script: Member, kept: Office) -> None:
    before = kept.ask("GET", f"{kind}/{id_}")
    with kept.signed_in("owner") as client:
        assert client.put(f"/api/v1/staff/{kind}/{id_}", json={**before, "name": "Same"}).is_success
    by_api = kept.trail(subject=kind, id_=id_)[0]
    kept.ask("PUT", f"{kind}/{id_}", before)

    page = no_script.page("settings", kind, id_)
    page.locator("[id='f-name']").fill("Same")
    saved(page)

    by_page = kept.trail(subject=kind, id_=id_)[0]
    own = {"at", "number"}
    assert {k: v for k, v in by_page.items() if k not in own} == {k: v for k, v in by_api.items() if k not in own}
