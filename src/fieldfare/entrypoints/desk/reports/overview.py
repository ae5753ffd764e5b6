"""The page of the reports: one of them at a time, for some days, of everybody or of one technician or zone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from starlette.responses import Response

from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.reports.filters import FilterError, Filters
from fieldfare.usecases.reports.asked import MOST_DAYS, Asked
from fieldfare.usecases.reports.catalogue import REPORTS
from fieldfare.usecases.reports.figures import Chart, Figure, Kind, Report, Table, written
from fieldfare.usecases.reports.kinds import Kind as ReportKind

_TEMPLATE = "reports/report.html"


async def show_report(asking: Asking) -> Response:
    """Show the report that the query names, or the first one."""
    kind = REPORTS.get(asking.query.get("report", "")) or next(iter(REPORTS.values()))
    filters = Filters.of(asking)
    try:
        asked = filters.asked(asking, kind)
    except FilterError as error:
        values = _form(asking, kind, filters) | {"fault": str(error), "fault_at": error.path, "report": None}
        return show(asking, _TEMPLATE, values, status=422)
    report = await kind.make(asked)
    return show(asking, _TEMPLATE, _form(asking, kind, filters) | _shown(asking, kind, filters, asked, report))


def _form(asking: Asking, kind: ReportKind, filters: Filters) -> dict[str, Any]:
    """Give what the form, the tabs and the definition say."""
    business = asking.business
    return {
        "kind": kind,
        "tabs": [
            {"title": one.tab, "href": desk_link("reports", report=one.name, **filters.query), "here": one is kind}
            for one in REPORTS.values()
        ],
        "typed": filters.typed,
        "most_days": MOST_DAYS,
        "technicians": sorted((one.name or one.id, one.id) for one in business.technicians),
        "zones": sorted((one.name or one.id, one.id) for one in business.zones),
        "fault": None,
        "fault_at": None,
    }


def _shown(asking: Asking, kind: ReportKind, filters: Filters, asked: Asked, report: Report) -> dict[str, Any]:
    before = asked.period.before
    return {
        "report": report,
        "period": asked.period,
        "before": before,
        "figures": [_figure(one) for one in report.figures],
        "chart": None if report.chart is None else _chart(asking, report.chart),
        "tables": [_table(one) for one in report.tables],
        "csv": {
            table.key: desk_link("reports", f"{kind.name}.csv", table=table.key, **filters.query)
            for table in report.all_tables
        },
    }


def _figure(figure: Figure) -> dict[str, str]:
    change = figure.change
    return {
        "name": figure.name,
        "unit": figure.unit,
        "now": written(figure.now),
        "before": written(figure.before),
        "change": "" if change is None else f"{'+' if change > 0 else ''}{_plain(change)}",
    }


def _plain(change: float) -> str:
    return f"{change:g}"


def _chart(asking: Asking, chart: Chart) -> dict[str, Any]:
    """Give what the script draws, with dates as the desk writes them."""
    return asdict(chart) | {"labels": [_label(asking, label) for label in chart.labels]}


def _label(asking: Asking, label: str) -> str:
    try:
        return asking.tongue.short_day(date.fromisoformat(label))
    except ValueError:
        return label


def _table(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "caption": table.caption,
        "columns": [
            {"title": column.title, "number": column.kind in {Kind.COUNT, Kind.NUMBER}} for column in table.columns
        ],
        "rows": [[written(cell) for cell in row] for row in table.rows],
    }
