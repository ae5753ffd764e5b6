"""Titles: the hub first, the reference last, cut in the middle, and read after people have edited them."""

from __future__ import annotations

import pytest

from fieldfare.domain.titles import LONGEST_TITLE, reference_in, retitled, write_title

REFERENCE = "FF-7K3QX9H"
HUBS = ("H07", "H08")


@pytest.mark.parametrize(
    ("hub", "product", "customer", "title"),
    [
        ("H07", "AC tune-up", "Jeanne Tremblay", "[H07] AC tune-up - J. Tremblay #FF-7K3QX9H"),
        (None, "AC tune-up", "Jeanne Tremblay", "AC tune-up - J. Tremblay #FF-7K3QX9H"),
        ("H07", "AC tune-up", None, "[H07] AC tune-up #FF-7K3QX9H"),
        ("H07", "AC tune-up", "  ", "[H07] AC tune-up #FF-7K3QX9H"),
        ("H07", "AC tune-up", "Cher", "[H07] AC tune-up - Cher #FF-7K3QX9H"),
        ("H07", "AC  tune\nup", "Anna Maria de Souza", "[H07] AC tune up - A. Souza #FF-7K3QX9H"),
        ("H07", "Job #4", "Jo Doe", "[H07] Job 4 - J. Doe #FF-7K3QX9H"),
    ],
)
def test_a_title_is_written(hub: str | None, product: str, customer: str | None, title: str) -> None:
    assert write_title(hub=hub, product=product, customer=customer, reference=REFERENCE) == title


def test_a_long_title_loses_its_middle() -> None:
    title = write_title(hub="H07", product="Furnace " * 30, customer="Jo Doe", reference=REFERENCE)

    assert len(title) == LONGEST_TITLE
    assert title.startswith("[H07] Furnace")
    assert title.endswith("… #FF-7K3QX9H")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[H07] AC tune-up - J. Tremblay #FF-7K3QX9H", REFERENCE),
        ("moved! #ff-7k3qx9h, call first", REFERENCE),
        ("#FF-7K3QX9C #FF-7K3QX9H", REFERENCE),  # the first one's check is wrong
        ("FF-7K3QX9H", None),
        ("#FF-7K3QX9HH", None),
        ("[H07] AC tune-up", None),
        ("", None),
    ],
)
def test_a_reference_is_found_in_a_title(text: str, found: str | None) -> None:
    assert reference_in(text) == found


@pytest.mark.parametrize(
    ("title", "hub", "mended"),
    [
        ("[H07] Boiler", "H07", "[H07] Boiler"),
        ("Boiler", "H07", "[H07] Boiler"),
        ("[H08] Boiler", "H07", "[H07] Boiler"),
        ("[urgent] Boiler", "H07", "[H07] Boiler"),
        ("Boiler", None, "Boiler"),
    ],
)
def test_a_lost_or_wrong_tag_is_mended(title: str, hub: str | None, mended: str) -> None:
    assert retitled(title, hub=hub, hubs=HUBS) == mended
