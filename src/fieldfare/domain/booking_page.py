"""What a business says of its booking page: colour, logo, how to reach it, and which sites may embed the page."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_BRAND = "#0b5cad"
_DIGITS = 6
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPage:
    """How the page looks, and where it may stand.

    `brand` is `#rrggbb` in lower case. `logo` is a `data:` URI of a PNG, JPEG or WebP. `origins` are those of the sites
    that may embed the page: scheme, host (`*.` before it stands for all of its subdomains), and port (`*` for any).
    """

    brand: str = DEFAULT_BRAND
    logo: str | None = None
    phone: str = ""
    email: str = ""
    origins: tuple[str, ...] = ()

    def may_embed(self, origin: str) -> bool:
        """Tell whether a page of this origin may embed the booking page."""
        return any(_fits(allowed, origin) for allowed in self.origins)


def six_digits(colour: str) -> str:
    """Spell a colour of three or six hexadecimal digits, with or without its hash, as `#rrggbb` in lower case."""
    digits = colour.removeprefix("#").lower()
    return "#" + (digits if len(digits) == _DIGITS else "".join(digit * 2 for digit in digits))


def _fits(allowed: str, origin: str) -> bool:
    scheme, _, place = allowed.partition("://")
    its_scheme, _, its_place = origin.partition("://")
    host, _, port = place.partition(":")
    its_host, _, its_port = its_place.partition(":")
    same_host = its_host.endswith(host[1:]) if host.startswith("*.") else its_host == host
    default = _DEFAULT_PORTS.get(scheme, "")
    same_port = port == "*" or (port or default) == (its_port or default)
    return scheme == its_scheme and same_host and same_port
