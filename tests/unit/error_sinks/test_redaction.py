"""What of a report leaves the house: no secret, nothing personal, and not much of anything."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.adapters.error_sinks.redaction import (
    LONGEST_MESSAGE,
    MOST_FACTS,
    MOST_IN_A_LIST,
    redacted_code,
    redacted_facts,
    redacted_text,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl-part"
KEY = "xF3kQ9aL2mN7pR4tV8wZ1bC6dG5hJ0sY"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {JWT}", JWT),
        ("authorization=Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
        ("refused pit-1b9c7b1e-9b1e-4b1e-8b1e-1b9c7b1e9b1e as the token", "1b9c7b1e"),
        (f"the token {JWT} ran out", "c2lnbmF0dXJl"),
        ("ff_3vJx9QhL7o2d9cW0kq1n5b8r4t6y2u0i9o8p7a6s5d4", "3vJx9QhL"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8G"),
        ('{"access_token":"short-one","expires_in":86399}', "short-one"),
        ("client_secret=abc123&grant_type=refresh_token", "abc123"),
        ("password: hunter2", "hunter2"),
        ("api_key = 'hunter2 two words'", "hunter2"),
        ("GET https://services.example.com/oauth/callback?code=abc&state=def failed", "abc"),
        ("postgresql://fieldfare:hunter2@db/fieldfare", "hunter2"),
        ("https://0123abcd@o1.ingest.example.com/42", "0123abcd"),
        ("signed 0123456789abcdef0123456789abcdef0123", "0123456789abcdef"),
        (f"sealed with {KEY} today", KEY),
        ("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "MIIB"),
        ("no contact sam.doe+home@mail.example.com", "sam.doe"),
        ("number=%2B19055550134 was refused", "9055550134"),
        ("called +1 905 555 0134 twice", "555 0134"),
        ("called (905) 555-0134", "555-0134"),
        ("called 905.555.0134", "555.0134"),
        ("no place for 1024 Main Street, Oakville", "Main Street"),
        ("no place for 12b old mill rd", "old mill"),
        ("no place for 7 Sunny Hill Ct", "Sunny Hill"),
        ("no place for 88 rue Sainte-Catherine", "Catherine"),
        ("nothing near L6J 1A1", "L6J 1A1"),
        ("nothing near Buffalo, NY 14201-1234", "14201"),
        ('{"firstName":"Sam","lastName":"Doe"}', "Sam"),
        ('{"firstName":"Sam","lastName":"Doe"}', "Doe"),
        ("name=Sam, city=Oakville", "Oakville"),
        ("contact name: 'Sam Doe'", "Doe"),
        ("at 43.46751, -79.68771", "43.46751"),
        ("at 43.46751, -79.68771", "79.68771"),
    ],
)
def test_secrets_and_people_are_taken_out_of_sentences(text: str, secret: str) -> None:
    assert secret not in redacted_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "GoHighLevel refused to write a booking 5 times in a row.",
        "422: property assignedUserId should not exist",
        "The token is not authorized for this scope.",
        "POST /calendars/events/appointments answered 503 in 2.5 s",
        "booking 006a4d1f9c0f8c2f3b9d0e at 2026-11-24T09:00:00-05:00, try 3 of 5",
        "webhook 4f0c9a1e-0f6a-4d1f-9c55-0b0e7f0a4f7e of ve9EPM428h8vShlRW1KT",
    ],
)
def test_our_own_sentences_stay(text: str) -> None:
    assert redacted_text(text) == text


@pytest.mark.parametrize("length", [LONGEST_MESSAGE, LONGEST_MESSAGE + 1, 4_000, 4_001, 100_000])
def test_a_long_text_is_cut(length: int) -> None:
    assert len(redacted_text("ab " * (length // 3) + "x" * (length % 3))) <= LONGEST_MESSAGE


def test_what_is_cut_off_takes_no_half_of_a_secret_with_it() -> None:
    # Everything before it shrinks to nothing, so that the end of what is read is the end of what is sent.
    text = "a@example.com " * 285 + "pit-" + "a1" * 400

    assert "a1a1" not in redacted_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "1(" * 5_000,
        "a" * 9_000 + "@",
        "eyJ" * 3_000,
        "1 " * 5_000,
        "name=" * 2_000,
        '"' * 9_000,
        "+" * 9_000,
        "aA1" * 3_000,
    ],
)
def test_no_text_keeps_the_caller_waiting(text: str) -> None:
    begun = time.process_time()

    redacted_text(text)

    # A pattern that runs wild takes minutes here; one that doesn't takes a hundredth of this.
    assert time.process_time() - begun < 5


@given(st.text(max_size=600))
def test_any_text_is_redacted_to_one_printable_line(text: str) -> None:
    said = redacted_text(text)

    assert len(said) <= LONGEST_MESSAGE
    assert said.isprintable()


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"booking": "006a4d1f9c0f8c2f3b9d0e", "attempts": 5}, {"booking": "006a4d1f9c0f8c2f3b9d0e", "attempts": 5}),
        ({"entry": "ghl.appointment:ve9EPM428h8vShlRW1KT:@t1"}, {"entry": "ghl.appointment:ve9EPM428h8vShlRW1KT:@t1"}),
        ({"share": 0.5, "daily": True, "trace": None}, {"share": 0.5, "daily": True, "trace": None}),
        ({"technicians": ("t1", "t2")}, {"technicians": ["t1", "t2"]}),
        ({"scope": "ghl.block/user=abc"}, {}),
        ({"scope": "ghl.block/calendar:abc"}, {"scope": "ghl.block/calendar:abc"}),
        ({"reason": "Sam is away that day"}, {}),
        ({"name": "Sam"}, {}),
        ({"customer_name": "Sam"}, {}),
        ({"email": "sam"}, {}),
        ({"phone": 19055550134}, {}),
        ({"lat": 43.46, "lng": -79.68}, {}),
        ({"called": "9055550134"}, {}),
        ({"called": "+19055550134"}, {}),
        ({"whom": "sam@example.com"}, {}),
        ({"token": "abc"}, {}),
        ({"refresh_token": "abc"}, {}),
        ({"client_secret": "abc"}, {}),
        ({"sent": JWT}, {}),
        ({"sent": KEY}, {}),
        ({"sent": {"token": "abc"}}, {}),
        ({"sent": b"abc"}, {}),
        ({"sent": ["ok", "sam@example.com", {"a": 1}]}, {"sent": ["ok"]}),
        ({"Sam Doe": 1}, {}),
        ({7: "seven"}, {}),
        ({"amount": 10**400, "other": float("nan")}, {}),
    ],
)  # fmt: skip
def test_facts_are_ids_codes_and_numbers(facts: dict[Any, Any], kept: dict[str, Any]) -> None:
    assert redacted_facts(facts) == kept


def test_facts_are_few() -> None:
    facts = {f"n{number}": number for number in range(100)} | {"n0": list(range(100))}

    kept = redacted_facts(facts)

    assert len(kept) == MOST_FACTS
    assert len(kept["n0"]) == MOST_IN_A_LIST


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("crm_refused", "crm_refused"),
        ("two words", "unknown"),
        ("sam@example.com", "unknown"),
        ("x" * 200, "unknown"),
        ("", "unknown"),
    ],
)
def test_a_code_is_one_word(code: str, kept: str) -> None:
    assert redacted_code(code) == kept
