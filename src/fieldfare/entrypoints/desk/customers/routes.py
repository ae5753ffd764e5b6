"""The addresses of the search and of customers."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.customers import person
from fieldfare.entrypoints.desk.customers.search import search, search_outside
from fieldfare.entrypoints.desk.pages import page


def customers_routes() -> list[Route]:
    """List the routes."""
    read, write = Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE
    return [
        Route(f"{ROOT}/search", page(search, needs=Permission.BOOKINGS_READ)),
        Route(f"{ROOT}/search/contacts", page(search_outside, needs=read)),
        Route(
            f"{ROOT}/customers/{{id}}",
            page(person.show_person, needs=read, by_form=person.change_person, form_needs=write),
            methods=["GET", "POST"],
        ),
        Route(f"{ROOT}/customers/{{id}}/erase", page(person.erase_person, needs=write), methods=["POST"]),
    ]
