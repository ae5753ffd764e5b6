"""Instants in the customer's language: the business's clock, whatever the machine's is (T9, T16)."""

from __future__ import annotations

import pytest

from fieldfare.domain.clock import UnknownTimeZoneError
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.moments import Moments
from tests.unit.mail.visits import instant

EN, FR = Language.ENGLISH, Language.FRENCH


def span(zone: str, language: Language, start: str, end: str) -> str:
    written = Moments(zone=zone, language=language).span(instant(start), instant(end))
    return written.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("zone", "start", "end", "english", "french"),
    [
        pytest.param(
            "America/Toronto",
            "2026-11-24T01:00-05:00",
            "2026-11-24T02:00-05:00",
            "Tuesday, 24 November 2026, 01:00 to 02:00 (Eastern Time - Toronto, America/Toronto, UTC-05:00)",
            "mardi 24 novembre 2026, de 1 h à 2 h (heure de l'Est - Toronto, America/Toronto, UTC-05:00)",
            id="an hour of the night",
        ),
        pytest.param(
            "America/Toronto",
            "2026-11-24T22:00-05:00",
            "2026-11-24T23:15-05:00",
            "Tuesday, 24 November 2026, 22:00 to 23:15 (Eastern Time - Toronto, America/Toronto, UTC-05:00)",
            "mardi 24 novembre 2026, de 22 h à 23 h 15 (heure de l'Est - Toronto, America/Toronto, UTC-05:00)",
            id="tomorrow in UTC",
        ),
        pytest.param(
            "America/St_Johns",
            "2027-02-28T23:30-03:30",
            "2027-03-01T00:30-03:30",
            "Sunday, 28 February 2027, 23:30 to Monday, 1 March 2027, 00:30 "
            "(Newfoundland Time - St. John's, America/St_Johns, UTC-03:30)",
            "dimanche 28 février 2027 à 23 h 30 jusqu'au lundi 1er mars 2027 à 0 h 30 "
            "(heure de Terre-Neuve - Saint-Jean, America/St_Johns, UTC-03:30)",
            id="over midnight",
        ),
        pytest.param(
            "America/New_York",
            "2027-03-14T01:30-05:00",
            "2027-03-14T03:30-04:00",
            "Sunday, 14 March 2027, 01:30 to 03:30 "
            "(Eastern Time - New York, America/New_York, UTC-05:00 then UTC-04:00)",
            "dimanche 14 mars 2027, de 1 h 30 à 3 h 30 "
            "(heure de l'Est - New York, America/New_York, UTC-05:00 puis UTC-04:00)",
            id="over the gap",
        ),
        pytest.param(
            "America/New_York",
            "2027-11-07T01:30-05:00",
            "2027-11-07T02:00-05:00",
            "Sunday, 7 November 2027, 01:30 to 02:00 (Eastern Time - New York, America/New_York, UTC-05:00)",
            "dimanche 7 novembre 2027, de 1 h 30 à 2 h (heure de l'Est - New York, America/New_York, UTC-05:00)",
            id="the second 01:30",
        ),
        pytest.param(
            "Pacific/Kiritimati",
            "2026-08-05T09:00+14:00",
            "2026-08-05T10:00+14:00",
            "Wednesday, 5 August 2026, 09:00 to 10:00 (Pacific/Kiritimati, UTC+14:00)",
            "mercredi 5 août 2026, de 9 h à 10 h (Pacific/Kiritimati, UTC+14:00)",
            id="a zone without a name of its own",
        ),
    ],
)
def test_a_visits_time(zone: str, start: str, end: str, english: str, french: str) -> None:
    assert span(zone, EN, start, end) == english
    assert span(zone, FR, start, end) == french


def test_the_two_01_30s_of_a_night_differ() -> None:
    moments = Moments(zone="America/New_York", language=EN)

    first, second = (moments.exact(instant(f"2027-11-07T01:30{offset}")) for offset in ("-04:00", "-05:00"))

    assert first.replace("UTC-04:00", "UTC-05:00") == second != first


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "Nowhere/Land", "\0"])
def test_a_zone_must_be_known(zone: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        Moments(zone=zone, language=EN)
