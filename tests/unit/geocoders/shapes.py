"""Answers in the shapes that the vendors document; places and numbers are made up."""

from __future__ import annotations

from typing import Any

from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias

CANADA = Bias(countries=("CA",), near=Place(lat=43.45, lng=-79.68))
ANYWHERE = Bias()


def nominatim_result(**changes: Any) -> dict[str, Any]:
    address = {
        "house_number": "12",
        "road": "Sparrow Street",
        "town": "Oakville",
        "state": "Ontario",
        "ISO3166-2-lvl4": "CA-ON",
        "postcode": "L6H 1A1",
        "country": "Canada",
        "country_code": "ca",
    } | changes.pop("address", {})
    return {
        "place_id": 134140761,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "way",
        "osm_id": 280940520,
        "lat": "43.4501234",
        "lon": "-79.6801234",
        "category": "building",
        "type": "house",
        "place_rank": 30,
        "importance": 0.1,
        "addresstype": "building",
        "name": "",
        "display_name": "12, Sparrow Street, Oakville, Ontario, L6H 1A1, Canada",
        "address": address,
        "boundingbox": ["43.4500", "43.4502", "-79.6802", "-79.6800"],
    } | changes


def photon_feature(*, lat: Any = 43.4501234, lng: Any = -79.6801234, **changes: Any) -> dict[str, Any]:
    properties = {
        "osm_type": "W",
        "osm_id": 280940520,
        "osm_key": "building",
        "osm_value": "house",
        "type": "house",
        "housenumber": "12",
        "street": "Sparrow Street",
        "city": "Oakville",
        "state": "Ontario",
        "postcode": "L6H 1A1",
        "country": "Canada",
        "countrycode": "CA",
    } | changes
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lng, lat]}, "properties": properties}


def photon_answer(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def google_result(*, lat: Any = 43.4501234, lng: Any = -79.6801234, **changes: Any) -> dict[str, Any]:
    country, code = changes.pop("country", "CA"), changes.pop("code", "L6H 1A1")
    return {
        "address_components": [
            {"long_name": "12", "short_name": "12", "types": ["street_number"]},
            {"long_name": "Sparrow Street", "short_name": "Sparrow St", "types": ["route"]},
            {"long_name": "Canada", "short_name": country, "types": ["country", "political"]},
            {"long_name": code, "short_name": code, "types": ["postal_code"]},
        ],
        "formatted_address": "12 Sparrow St, Oakville, ON L6H 1A1, Canada",
        "geometry": {
            "location": {"lat": lat, "lng": lng},
            "location_type": changes.pop("location_type", "ROOFTOP"),
            "viewport": {"northeast": {"lat": 43.46, "lng": -79.67}, "southwest": {"lat": 43.44, "lng": -79.69}},
        },
        "place_id": "ChIJ12",
        "types": ["street_address"],
    } | changes


def google_answer(*results: Any, status: str = "OK") -> dict[str, Any]:
    return {"results": list(results), "status": status}


def google_details(*, lat: Any = 43.4501234, lng: Any = -79.6801234, country: str = "CA") -> dict[str, Any]:
    return {
        "id": "ChIJ12",
        "formattedAddress": "12 Sparrow St, Oakville, ON L6H 1A1, Canada",
        "location": {"latitude": lat, "longitude": lng},
        "addressComponents": [
            {"longText": "12", "shortText": "12", "types": ["street_number"], "languageCode": "en"},
            {"longText": "Sparrow Street", "shortText": "Sparrow St", "types": ["route"], "languageCode": "en"},
            {"longText": "Canada", "shortText": country, "types": ["country", "political"], "languageCode": "en"},
            {"longText": "L6H 1A1", "shortText": "L6H 1A1", "types": ["postal_code"], "languageCode": "en"},
        ],
    }


def google_suggestions() -> dict[str, Any]:
    def prediction(place_id: str, first: str, rest: str) -> dict[str, Any]:
        return {
            "placePrediction": {
                "place": f"places/{place_id}",
                "placeId": place_id,
                "text": {"text": f"{first}, {rest}", "matches": [{"endOffset": 6}]},
                "structuredFormat": {"mainText": {"text": first}, "secondaryText": {"text": rest}},
                "types": ["street_address", "geocode"],
            }
        }

    return {
        "suggestions": [
            prediction("ChIJ12", "12 Sparrow Street", "Oakville, ON, Canada"),
            prediction("ChIJ13", "12 Sparrow Lane", "Milton, ON, Canada"),
        ]
    }
