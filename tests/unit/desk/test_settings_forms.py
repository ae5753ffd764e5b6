"""Forms and documents: nothing is lost on the way there and back, and what is typed is read as it is meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.entrypoints.desk.settings.calendar import month_of
from fieldfare.entrypoints.desk.settings.choices import choices_of
from fieldfare.entrypoints.desk.settings.faults import field_at_fault, label_of
from fieldfare.entrypoints.desk.settings.forms import OWN, RECORDS
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import ABSENT, Choices, Fault, Money, Number, Splitting
from fieldfare.entrypoints.desk.settings.widgets_grouped import Drives, Exceptions, Rows, Spot, windows_of
from fieldfare.entrypoints.files.reading import read_business_file
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.service.example import FOLDER
from tests.unit.desk.settings_kit import halves, read_back, rich_configuration

NORTHERN_COMFORT = read_business_file(str(FOLDER / "business.json"))[0]
RICH = rich_configuration()
EVERYTHING = [
    pytest.param(configuration, form, document, id=f"{name}:{what}")
    for name, configuration in (("northern-comfort", NORTHERN_COMFORT), ("rich", RICH))
    for what, form, document in halves(configuration)
]
DOLLARS = Choices(digits=2, currency="CAD", options={})
YEN = Choices(digits=0, currency="JPY", options={})


@pytest.mark.parametrize(("configuration", "form", "document"), EVERYTHING)
def test_a_form_that_nobody_touched_gives_the_document_back_as_it_is(
    configuration: Configuration, form: Any, document: Any
) -> None:
    assert read_back(form, document, configuration, document) == (document, {})


@pytest.mark.parametrize(("configuration", "form", "document"), [one for one in EVERYTHING if one.values[0] is RICH])
def test_a_form_shows_every_key_of_a_document(configuration: Configuration, form: Any, document: Any) -> None:
    """Read on no ground at all, so that nothing can be carried over: what the form doesn't show would be missing."""
    kind = next((kind for kind, known in RECORDS.items() if known is form), None)
    if kind is None:
        read, faults = read_back(form, document, configuration, {})
        other = next(known for known in OWN.values() if known is not form)
        rest, more = read_back(other, document, configuration, read)
        again = read_business(configuration.with_own(rest).document())[0]
        assert (faults, more) == ({}, {})
    else:
        id_ = document[kind.id_key]
        read, faults = read_back(form, document, configuration, {kind.id_key: id_})
        read |= {"deleted": True} if document.get("deleted") else {}
        again = read_business(configuration.with_record(kind, id_, read).document())[0]
        assert faults == {}

    assert _as_typed(again) == _as_typed(configuration)


def _as_typed(value: Any) -> Any:
    """Leave out what a form can't show: spaces around a text, and an end of a line that isn't ours."""
    if isinstance(value, Configuration):
        return _as_typed(value.document())
    if isinstance(value, dict):
        return {key: _as_typed(inner) for key, inner in value.items() if key != "resources" or inner != {}}
    if isinstance(value, list):
        return [_as_typed(inner) for inner in value]
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def test_keys_that_the_form_does_not_know_are_carried_over() -> None:
    form, zone = RECORDS[RecordKind.ZONES], dict(RICH.records[RecordKind.ZONES]["z1"])
    zone["overrides"] = [{**zone["overrides"][0], "unheard_of": [1]}]
    zone["also"] = {"new": True}
    choices = choices_of(RICH)
    typed = form.write(zone, choices)
    typed = typed.with_part("name", Typed({"": ("Other",)})).with_part("overrides.0.price", Typed({"": ("1.00",)}))

    read, faults = form.read(typed, zone, choices)

    assert faults == {}
    assert read == {**zone, "name": "Other", "overrides": [{**zone["overrides"][0], "price": 100}]}


def test_a_row_taken_out_takes_nothing_from_the_others() -> None:
    form = OWN["policy"]
    choices = choices_of(RICH)
    typed = form.write(RICH.own, choices).without("blocks.0")

    read, faults = form.read(typed, RICH.own, choices)

    assert faults == {}
    assert read["policy"]["blocks"] == RICH.own["policy"]["blocks"][1:]


def test_a_new_row_counts_once_something_is_written_in_it() -> None:
    form, zone, choices = RECORDS[RecordKind.ZONES], RICH.records[RecordKind.ZONES]["z1"], choices_of(RICH)
    rows = form.field("overrides").widget
    assert isinstance(rows, Rows)
    part, number = rows.added(form.write(zone, choices).part("overrides"), choices)
    empty = form.write(zone, choices).with_part("overrides", part)

    unsaid, _ = form.read(empty, zone, choices)
    said, _ = form.read(empty.with_part(f"overrides.{number}.product", Typed({"": ("lines",)})), zone, choices)

    assert unsaid == zone
    assert [row["product"] for row in said["overrides"]] == ["tune-up", "lines"]
    assert said["overrides"][1]["price"] is None
    assert said["overrides"][1]["price_on"] is False


@pytest.mark.parametrize(
    ("text", "choices", "amount"),
    [
        ("149.00", DOLLARS, 14_900),
        ("149", DOLLARS, 14_900),
        ("$1,249.50", DOLLARS, 124_950),
        ("1 249,50", DOLLARS, 124_950),
        ("0.1", DOLLARS, 10),
        ("1,249", YEN, 1_249),
        ("", DOLLARS, ABSENT),
    ],
)
def test_money_is_read_in_major_units(text: str, choices: Choices, amount: Any) -> None:
    assert Money().read(Typed({"": (text,)}), None, choices) == amount


@pytest.mark.parametrize(("text", "choices"), [("1.005", DOLLARS), ("1.5", YEN), ("ten", DOLLARS), ("NaN", DOLLARS)])
def test_what_is_no_amount_is_refused(text: str, choices: Choices) -> None:
    with pytest.raises(Fault):
        Money().read(Typed({"": (text,)}), None, choices)


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("08:00\N{EN DASH}12:00, 13:00\N{EN DASH}17:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("8-12; 13:30 to 17", [["08:00", "12:00"], ["13:30", "17:00"]]),
        ("20:00 - 04:00", [["20:00", "04:00"]]),
        ("closed", []),
        ("  ", []),
    ],
)
def test_windows_are_read_as_people_write_them(text: str, windows: list[list[str]]) -> None:
    assert windows_of(text) == windows


@pytest.mark.parametrize("text", ["08:00", "from eight", "08:00\N{EN DASH}12:00 13:00\N{EN DASH}17:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        windows_of(text)


def test_a_date_stands_among_the_exceptions_once() -> None:
    first, number = Exceptions().added(Typed(), "2026-12-24")
    again, same = Exceptions().added(first, "2026-12-24")
    assert (again, same) == (first, number)

    twice = Typed({**first.values, **Exceptions.row("7", "2026-12-24", "", was="")})
    with pytest.raises(Fault) as refused:
        Exceptions().read(twice, {}, DOLLARS)
    assert refused.value.at == "7.day"


def test_odd_values_stay_as_they_were_typed_for_the_check_to_refuse() -> None:
    assert Number().read(Typed({"": ("many",)}), None, DOLLARS) == "many"
    assert Number(nullable=True).read(Typed(), None, DOLLARS) is None
    assert Splitting().read(Typed({"": ("8:00, 10:30 noon",)}), None, DOLLARS) == ["08:00", "10:30", "noon"]
    assert Splitting().read(Typed(), None, DOLLARS) is ABSENT
    with pytest.raises(Fault):
        Spot().read(Typed({"": ("somewhere",)}), None, DOLLARS)
    with pytest.raises(Fault) as refused:
        Drives().read(Typed({"kind": ("matrix",), "table": ("[",)}), None, DOLLARS)
    assert refused.value.at == "table"


@pytest.mark.parametrize(
    ("path", "name", "label"),
    [
        ("business.zones[0].priority", "priority", "Priority"),
        ("business.zones[0].overrides[0].price", "overrides.0.price", "Price here"),
        ("business.zones[0].industries[0]", "industries.0", "industry 1"),
        ("business.zones[0].tiers[2]", "tiers", "Tiers"),
        ("business.zones[0].id", "id", "Id"),
    ],
)
def test_a_fault_of_the_document_is_said_at_its_field(path: str, name: str, label: str) -> None:
    form, choices = RECORDS[RecordKind.ZONES], choices_of(RICH)
    typed = form.write(RICH.records[RecordKind.ZONES]["z1"], choices)

    found = field_at_fault(ScenarioError(path, "is wrong"), form, typed, choices, below="business.zones[0]")

    assert found == (name, "is wrong")
    assert label in label_of(name, form, typed)


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [
        ("policy", "business.policy.blocks[1].starts[0]", "blocks.1.starts"),
        ("policy", "business.policy.recommended_discount.percent", "recommended_discount.percent"),
        ("business", "business.travel.speed_kmh", "travel.speed_kmh"),
        ("business", "business.hq.lat", "hq"),
        ("business", "business.booking_page.origins[1]", "origins"),
    ],
)
def test_a_fault_of_the_own_document_is_said_at_its_field(name: str, path: str, field: str) -> None:
    form, choices = OWN[name], choices_of(RICH)
    typed = form.write(RICH.own, choices)

    assert field_at_fault(ScenarioError(path, "x"), form, typed, choices, below="business") == (field, "x")


def test_a_fault_elsewhere_is_nobodys_field() -> None:
    form, choices = OWN["policy"], choices_of(RICH)
    assert field_at_fault(ScenarioError("business.zones[0].id", "x"), form, Typed(), choices, below="business") is None


def test_a_month_shows_what_each_day_is() -> None:
    schedule = {
        **RICH.records[RecordKind.SCHEDULES]["nights"],
        "active": True,
        "week": {"mon": [["08:00", "17:00"]]},
        "effective_to": "2026-12-29",
    }
    typed = RECORDS[RecordKind.SCHEDULES].write(schedule, choices_of(RICH))

    month = month_of(typed, wanted="2026-12", today=date(2026, 12, 7))
    days = {one.day.day: one for week in month.weeks for one in week if one}

    assert (month.before, month.after, len(days)) == ("2026-11", "2027-01", 31)
    assert (days[7].state, days[7].hours, days[7].today) == ("open", "08:00\N{EN DASH}17:00", True)
    assert (days[8].state, days[8].hours) == ("closed", "")
    assert (days[24].exception, days[24].hours) == (True, "08:00\N{EN DASH}10:00, 12:00\N{EN DASH}14:30")
    assert (days[25].exception, days[25].state) == (True, "closed")
    assert days[29].state == "off"
    assert month_of(typed, wanted="nonsense", today=date(2026, 12, 7)).first == date(2026, 12, 1)


def test_every_field_has_a_label_and_every_form_its_sentence_and_rule() -> None:
    for form in (*RECORDS.values(), *OWN.values()):
        assert form.sentence.endswith(".")
        assert form.summary.endswith(".")
        assert form.rules
        names = [field.name for field in form.fields]
        assert len(set(names)) == len(names)
        for field in form.fields:
            assert field.label
            assert bool(field.path) != bool(field.keys)
