"""A Photon server on loopback that knows a few addresses of Ontario: the page's suggestions without anybody else."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Address:
    """A house that the server knows."""

    number: str
    street: str
    city: str
    code: str
    lat: float
    lng: float

    @property
    def written(self) -> str:
        """The address as somebody types it."""
        return f"{self.number} {self.street}, {self.city}, ON {self.code}"

    @property
    def words(self) -> set[str]:
        return words(f"{self.written} Ontario Canada")

    @property
    def feature(self) -> dict[str, Any]:
        """The address in Photon's shape."""
        properties = {
            "osm_type": "W",
            "osm_id": 280940520,
            "osm_key": "building",
            "osm_value": "house",
            "type": "house",
            "housenumber": self.number,
            "street": self.street,
            "city": self.city,
            "state": "Ontario",
            "postcode": self.code,
            "country": "Canada",
            "countrycode": "CA",
        }
        point = {"type": "Point", "coordinates": [self.lng, self.lat]}
        return {"type": "Feature", "geometry": point, "properties": properties}


def words(text: str) -> set[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return set(re.findall(r"\w+", plain.casefold()))


OAKVILLE = Address(number="1225", street="Trafalgar Road", city="Oakville", code="L6H 0H3", lat=43.48955, lng=-79.70841)
WATERLOO = Address(
    number="100", street="Regina Street South", city="Waterloo", code="N2J 4P9", lat=43.4632, lng=-80.5204
)
SUDBURY = Address(number="200", street="Brady Street", city="Sudbury", code="P3A 5P3", lat=46.489, lng=-80.991)
AIRPORT = Address(number="9300", street="Airport Road", city="Mount Hope", code="L0R 1W0", lat=43.1705, lng=-79.927)
KNOWN = (
    OAKVILLE,
    Address(number="1229", street="Trafalgar Road", city="Oakville", code="L6H 0H3", lat=43.4897, lng=-79.7086),
    Address(number="240", street="Leighland Avenue", city="Oakville", code="L6H 3H6", lat=43.4615, lng=-79.6885),
    WATERLOO,
    SUDBURY,
    AIRPORT,
)


def found(path: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Give the features that answer a request, the best first."""
    if path == "/reverse":
        lat, lng = float(query["lat"][0]), float(query["lon"][0])
        return [min(KNOWN, key=lambda one: (one.lat - lat) ** 2 + (one.lng - lng) ** 2).feature]
    typed = words(query["q"][0])
    known = (one for one in KNOWN if all(any(word.startswith(part) for word in one.words) for part in typed))
    return [one.feature for one in known]


class _Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = {"type": "FeatureCollection", "features": found(parts.path, parse_qs(parts.query))}
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def photon() -> Iterator[str]:
    """Run the server, and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
