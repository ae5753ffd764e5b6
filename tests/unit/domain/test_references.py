"""References: made, read as people write them, and refused where a sign must be wrong."""

from __future__ import annotations

import random
import re

import pytest

from fieldfare.domain.references import SIGNS, known_reference, new_reference, read_reference


def test_a_new_one_is_six_signs_and_a_check() -> None:
    chance = random.Random(7)

    made = [new_reference(chance.randrange) for _ in range(2_000)]

    assert all(re.fullmatch(f"FF-[{SIGNS}]{{7}}", one) for one in made)
    assert len(set(made)) == len(made)
    assert all(read_reference(one) == one for one in made)


def test_a_value_without_a_letter_or_digit_for_its_check_is_passed_over() -> None:
    values = iter([36, 32, 31])

    assert new_reference(lambda _: next(values)) == "FF-00000ZZ"


@pytest.mark.parametrize(
    "written",
    ["FF-7K3QX9H", "ff-7k3qx9h", "7K3QX9H", " FF 7K3-QX9H ", "#FF-7K3QX9H", "ff7k3qx9h"],
)
def test_it_is_read_as_people_write_it(written: str) -> None:
    assert read_reference(written) == "FF-7K3QX9H"


def test_letters_that_look_like_digits_are_digits() -> None:
    made = new_reference(lambda _: 37 * 32 + 1)

    assert read_reference(made.replace("0", "O").replace("1", "I")) == made


@pytest.mark.parametrize(
    "wrong", ["", "FF-", "FF-7K3QX9C", "FF-7K3QX8H", "FF-K73QX9H", "FF-7K3QX9", "FF-7K3QX9HH", "UUUUUUU"]
)
def test_a_wrong_sign_is_noticed(wrong: str) -> None:
    assert read_reference(wrong) is None


def test_one_of_another_form_is_looked_for_as_it_was_typed() -> None:
    assert known_reference(" abcd2345 ") == "ABCD2345"
    assert known_reference("7k3qx9h") == "FF-7K3QX9H"
