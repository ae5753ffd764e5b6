"""B14: what is taken off a recommended slot's price, never below the floor."""

from __future__ import annotations

import pytest

from fieldfare.domain.policy import Discount


@pytest.mark.parametrize(
    ("discount", "price", "off"),
    [
        (Discount(percent=10), 14_900, 1_490),
        (Discount(percent=10), 14_905, 1_491),  # half a cent is the customer's
        (Discount(percent=0), 14_900, 0),
        (Discount(percent=100), 14_900, 14_900),
        (Discount(percent=50, floor=10_000), 14_900, 4_900),
        (Discount(percent=50, floor=20_000), 14_900, 0),
        (Discount(amount=2_000), 14_900, 2_000),
        (Discount(amount=20_000), 14_900, 14_900),
        (Discount(amount=2_000, floor=14_000), 14_900, 900),
        (Discount(amount=0), 0, 0),
    ],
)
def test_so_much_is_taken_off(discount: Discount, price: int, off: int) -> None:
    assert discount.of(price) == off
