"""The signed state that travels from step to step."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.entrypoints.web.state import KEPT_SECONDS, BrokenStateError, State, read_state, sign_state

SECRET = b"a secret of one business"
IDS = st.none() | st.from_regex(re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII), fullmatch=True)


@given(st.builds(State, place=IDS, industry=IDS, product=IDS, hold=IDS, booked=IDS))
def test_what_is_signed_is_read(state: State) -> None:
    assert read_state(sign_state(state, secret=SECRET), secret=SECRET) == state


@pytest.mark.parametrize("place", [0, 5, -2])  # of the last sign not every bit counts
def test_a_changed_sign_breaks_it(place: int) -> None:
    text = sign_state(State(place="p", product="furnace"), secret=SECRET)
    changed = "A" if text[place] != "A" else "B"
    broken = text[: place % len(text)] + changed + text[place % len(text) + 1 :]

    with pytest.raises(BrokenStateError):
        read_state(broken, secret=SECRET)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "{}", "\N{SNOWMAN}", "." * 5_000])
def test_anything_else_is_broken(text: str) -> None:
    with pytest.raises(BrokenStateError):
        read_state(text, secret=SECRET)


def test_another_business_can_not_read_it() -> None:
    with pytest.raises(BrokenStateError):
        read_state(sign_state(State(place="p"), secret=b"another"), secret=SECRET)


def test_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 1_795_000_000
    monkeypatch.setattr("time.time", lambda: begun)
    text = sign_state(State(place="p"), secret=SECRET)
    monkeypatch.setattr("time.time", lambda: begun + KEPT_SECONDS)
    assert read_state(text, secret=SECRET).place == "p"
    monkeypatch.setattr("time.time", lambda: begun + KEPT_SECONDS + 1)
    with pytest.raises(BrokenStateError):
        read_state(text, secret=SECRET)


def test_it_holds_nothing_that_is_not_chosen() -> None:
    payload = sign_state(State(product="furnace"), secret=SECRET).partition(".")[0]

    assert base64.urlsafe_b64decode(payload + "==") == b'{"product":"furnace"}'
