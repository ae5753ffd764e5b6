"""Reports: each has its definition, a chart with units, the same figures as a table, and as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from fieldfare.usecases.reports.catalogue import REPORTS
from tests.desk.desk import Member
from tests.desk.office import Office

pytestmark = pytest.mark.slow


def chosen(office: Office, name: str) -> dict[str, str]:
    return {"report": name, "from": office.monday.isoformat(), "to": office.living.isoformat()}


def test_the_issue_s_reports_are_there() -> None:
    assert set(REPORTS) == {
        "drive-minutes",
        "detour",
        "utilisation",
        "missing-slots",
        "lead-time",
        "changes",
        "funnel",
    }


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_says_what_it_measures_or_that_there_is_nothing(name: str, dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("reports", **chosen(office, name))

    expect(page.locator(".definition")).to_be_visible()
    expect(page.locator(".report table caption, .report .empty").first).to_be_visible()


@pytest.mark.parametrize("name", ["drive-minutes", "utilisation"])
def test_a_report_of_the_living_day_has_a_chart_and_its_figures(name: str, dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("reports", **chosen(office, name))

    expect(page.locator("figure.chart canvas")).to_be_visible()
    expect(page.locator(".report table tbody tr").first).to_be_visible()
    expect(page.locator("figure.chart .plot")).to_have_attribute("aria-label", re.compile("same figures"))


@pytest.mark.parametrize("name", ["drive-minutes", "utilisation"])
def test_the_table_and_its_csv_say_the_same(name: str, dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("reports", **chosen(office, name))
    link = page.get_by_role("link", name="This table as CSV").first
    shown = page.locator(".report table").first.locator("tbody tr").count()

    with office.signed_in("dispatcher", page=True) as client:
        answer = client.get(str(link.get_attribute("href")))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) - 1 == shown


def test_a_technician_narrows_it_down(dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("reports", **chosen(office, "utilisation"))
    page.get_by_label("Technician", exact=True).select_option("amara")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".report table").filter(has_text="Amara Osei")).to_have_count(1)
    expect(page.locator(".report table").filter(has_text="Ben Kowalski")).to_have_count(0)


def test_a_span_that_ends_before_it_begins_is_refused_at_its_field(dispatcher: Member, office: Office) -> None:
    dispatcher.watch.expect_status(422)
    span = {"from": office.living.isoformat(), "to": office.monday.isoformat()}

    page = dispatcher.page("reports", report="funnel", **span)

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def test_the_tables_are_there_without_scripts(no_script: Member, office: Office) -> None:
    page = no_script.page("reports", **chosen(office, "drive-minutes"))

    expect(page.locator(".report table tbody tr").first).to_be_visible()
    expect(page.locator("figure.chart")).to_be_hidden()
