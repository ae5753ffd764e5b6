"""Which passwords are taken: long ones that don't follow from what everybody knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from fieldfare.usecases.people.names import holds_controls

SHORTEST = 12
LONGEST = 200
_MOST_BYTES = 1024
_FEWEST_DIFFERENT = 5

_RUNS = ("abcdefghijklmnopqrstuvwxyz" * 3, "qwertyuiopasdfghjklzxcvbnm" * 3, "qwertzuiopasdfghjklyxcvbnm" * 3)
_COMMON = (
    *("password", "passwort", "passw0rd", "p4ssw0rd", "motdepasse", "secret", "letmein", "changeme", "welcome"),
    *("administrator", "admin", "owner", "dispatcher", "technician", "iloveyou", "qwerty", "qwertz", "azerty", "abc"),
    *("fieldfare", "dragon", "monkey", "sunshine", "football", "baseball", "princess", "trustno", "starwars", "test"),
)


class PasswordRefusedError(ValueError):
    """The password can't be one, or is too easily guessed."""


def read_password(text: str) -> str:
    """Normalise a password that was typed (NFKC, so that it is the same from any keyboard).

    Raises `PasswordRefusedError`.
    """
    if len(text) > LONGEST or holds_controls(text):
        raise PasswordRefusedError(f"a password has at most {LONGEST} characters, and no control characters")
    password = unicodedata.normalize("NFKC", text)
    if len(password.encode()) > _MOST_BYTES:
        raise PasswordRefusedError(f"a password has at most {_MOST_BYTES} bytes")
    return password


def read_new_password(text: str, *, known: Iterable[str]) -> str:
    """Normalise a password that somebody chooses; `known` is what others know: email, name, business.

    Raises `PasswordRefusedError`.
    """
    password = read_password(text)
    if len(password) < SHORTEST:
        raise PasswordRefusedError(f"a password has at least {SHORTEST} characters")
    if _is_trivial(password, known):
        raise PasswordRefusedError("this password is among the first that anybody would try")
    return password


def _is_trivial(password: str, known: Iterable[str]) -> bool:
    plain = _letters_and_digits(password)
    stem = plain.strip("0123456789")
    if len(set(password)) < _FEWEST_DIFFERENT or plain.isdigit():
        return True
    if any(stem and (stem in run or stem in run[::-1]) for run in _RUNS):
        return True
    words = {_letters_and_digits(word) for text in known for word in (text, *re.split(r"[@.\s_-]+", text))}
    return any(word and stem.replace(word, "") == "" for word in (*words, *_COMMON)) if stem else False


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
