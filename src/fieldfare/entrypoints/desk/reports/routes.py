"""The addresses of the reports."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.pages import page
from fieldfare.entrypoints.desk.reports.download import download
from fieldfare.entrypoints.desk.reports.overview import show_report


def reports_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(f"{ROOT}/reports", page(show_report, needs=Permission.AUDIT_READ)),
        Route(f"{ROOT}/reports/{{name}}.csv", page(download, needs=Permission.AUDIT_READ)),
    ]
