"""A report's table as CSV: the same figures as on the page."""

from __future__ import annotations

import csv
import io

from starlette.responses import Response

from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.reports.filters import FilterError, Filters
from fieldfare.usecases.reports.catalogue import REPORTS
from fieldfare.usecases.reports.figures import Cell, Table, written

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


async def download(asking: Asking) -> Response:
    """Send a table of a report, the first one unless the query names another by `table`."""
    kind = REPORTS.get(str(asking.request.path_params["name"]))
    if kind is None:
        raise Problem("not_found")
    filters = Filters.of(asking)
    try:
        asked = filters.asked(asking, kind)
    except FilterError as error:
        raise faulty(error.path, str(error)) from None
    tables = (await kind.make(asked)).all_tables
    wanted = asking.query.get("table") or tables[0].key
    table = next((one for one in tables if one.key == wanted), None)
    if table is None:
        raise Problem("not_found")
    name = f"{kind.name}-{table.key}-{asked.period.first}-{asked.period.last}.csv"
    return Response(
        as_csv(table),
        media_type="text/csv; charset=utf-8; header=present",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        },
    )


def as_csv(table: Table) -> str:
    """Write a table by RFC 4180, its header first."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([_guarded(column.title) for column in table.columns])
    lines.writerows([_guarded(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _guarded(cell: Cell) -> str:
    """Write a cell so that no spreadsheet takes a text for a formula; numbers are none, negative ones neither."""
    text = written(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_BEGINS_FORMULA) else text
