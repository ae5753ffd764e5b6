"""The CSV of a table says what the table says, whatever stands in it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.entrypoints.desk.reports.download import as_csv
from fieldfare.ports.reports import Found, Step, Tally
from fieldfare.usecases.reports import missing_slots
from fieldfare.usecases.reports.figures import Column, Kind, Table, written
from tests.unit.reports.ground import MONDAY, asked, figures

COLUMNS = (Column(name="Area", kind=Kind.TEXT), Column(name="Count", kind=Kind.COUNT), Column(name="Drive", unit="min"))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ROWS = st.lists(st.tuples(NAMES, st.integers(0, 10**9), st.none() | st.integers(-9_999, 9_999).map(lambda n: n / 10)))
AREAS = st.dictionaries(
    st.tuples(st.sampled_from(["L6H", "N0B", "", "10001"]), st.sampled_from(list(Found)), st.sampled_from(["p", "q"])),
    st.integers(1, 1_000),
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(ROWS)
def test_every_sum_of_the_table_is_that_of_its_csv(rows: list[tuple[str, int, float | None]]) -> None:
    table = Table(key="t", caption="T", columns=COLUMNS, rows=tuple(rows))

    header, *lines = read(as_csv(table))

    assert header == ["Area", "Count", "Drive (min)"]
    assert len(lines) == len(rows)
    assert sum(int(line[1]) for line in lines) == sum(row[1] for row in rows)
    tenths = [round(float(line[2]) * 10) for line in lines if line[2]]
    assert sum(tenths) == sum(round(row[2] * 10) for row in rows if row[2] is not None)
    assert [line[1:] for line in lines] == [[written(cell) for cell in row[1:]] for row in rows]


@given(AREAS)
def test_the_areas_add_up_to_the_figures_in_the_csv_as_well(counts: dict[tuple[str, Found, str], int]) -> None:
    counted = {
        Tally(day=MONDAY, step=Step.SEARCHED, area=area, product=product, found=found.value): count
        for (area, found, product), count in counts.items()
    }

    report = missing_slots.compute(asked(), counted)

    _, *lines = read(as_csv(report.tables[0]))
    sums = [sum(int(line[at]) for line in lines) for at in (1, 2, 3)]
    found = figures(report)
    assert sums == [found[name][0] for name in ("Searches", "Without a drivable time", "Not served")]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("//x")', "\n=1"])
def test_no_text_is_a_formula(name: str) -> None:
    table = Table(key="t", caption="T", columns=COLUMNS, rows=((name, 1, -1.5),))

    (line,) = read(as_csv(table))[1:]

    assert line == [f"'{name}", "1", "-1.5"]


def test_a_name_with_signs_of_its_own_stays_whole() -> None:
    table = Table(key="t", caption="T", columns=COLUMNS, rows=(('Zoë "Z", Québec', 1, None),))

    assert read(as_csv(table))[1] == ['Zoë "Z", Québec', "1", ""]
    assert as_csv(table).endswith("\r\n")
