"""Time zones as people call them."""

from __future__ import annotations

from fieldfare.domain.customers import Language

_FAMILIES = {
    "Newfoundland": ("Newfoundland Time", "heure de Terre-Neuve"),
    "Atlantic": ("Atlantic Time", "heure de l'Atlantique"),
    "Eastern": ("Eastern Time", "heure de l'Est"),
    "Central": ("Central Time", "heure du Centre"),
    "Mountain": ("Mountain Time", "heure des Rocheuses"),
    "Pacific": ("Pacific Time", "heure du Pacifique"),
    "Yukon": ("Yukon Time", "heure du Yukon"),
    "Alaska": ("Alaska Time", "heure de l'Alaska"),
    "Hawaii": ("Hawaii Time", "heure d'Hawaï"),
}
_ZONES = {
    "America/St_Johns": ("Newfoundland", "St. John's", "Saint-Jean"),
    "America/Halifax": ("Atlantic", "Halifax", "Halifax"),
    "America/Moncton": ("Atlantic", "Moncton", "Moncton"),
    "America/Montreal": ("Eastern", "Montreal", "Montréal"),
    "America/Toronto": ("Eastern", "Toronto", "Toronto"),
    "America/New_York": ("Eastern", "New York", "New York"),
    "America/Detroit": ("Eastern", "Detroit", "Détroit"),
    "America/Winnipeg": ("Central", "Winnipeg", "Winnipeg"),
    "America/Regina": ("Central", "Regina", "Regina"),
    "America/Chicago": ("Central", "Chicago", "Chicago"),
    "America/Edmonton": ("Mountain", "Edmonton", "Edmonton"),
    "America/Denver": ("Mountain", "Denver", "Denver"),
    "America/Phoenix": ("Mountain", "Phoenix", "Phoenix"),
    "America/Vancouver": ("Pacific", "Vancouver", "Vancouver"),
    "America/Los_Angeles": ("Pacific", "Los Angeles", "Los Angeles"),
    "America/Whitehorse": ("Yukon", "Whitehorse", "Whitehorse"),
    "America/Anchorage": ("Alaska", "Anchorage", "Anchorage"),
    "Pacific/Honolulu": ("Hawaii", "Honolulu", "Honolulu"),
}


def zone_name(zone: str, language: Language) -> str:
    """Name a zone: `Eastern Time - Toronto, America/Toronto`; one that isn't of North America by its IANA name."""
    if zone not in _ZONES:
        return zone
    family, *cities = _ZONES[zone]
    index = 1 if language is Language.FRENCH else 0
    return f"{_FAMILIES[family][index]} - {cities[index]}, {zone}"
