"""Seeded star polygons over one region, and places in it."""

from __future__ import annotations

import numpy as np
import shapely

from fieldfare.domain.boundaries import Boundary, Polygon
from fieldfare.domain.places import Place

VERTICES = 60
WEST_SOUTH = np.array([-81.75, 41.45])
SIDE_DEGREES = 4.0
KM_PER_DEGREE = 111.2


def star_polygons(count: int, *, seed: int = 1) -> list[Boundary]:
    """Make stars of 60 vertices, 1 to 20 km across, anywhere in a square of four degrees."""
    random = np.random.default_rng(seed)
    centers = WEST_SOUTH + random.uniform(0, SIDE_DEGREES, (count, 2))
    largest = random.uniform(1, 20, count) / 2 / KM_PER_DEGREE
    reach = largest[:, None] * random.uniform(0.5, 1, (count, VERTICES))
    angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    stretch = 1 / np.cos(np.radians(centers[:, 1:]))
    x = centers[:, :1] + np.cos(angle) * reach * stretch
    y = centers[:, 1:] + np.sin(angle) * reach
    rings = np.stack((x, y), axis=2)
    return [Boundary(id=f"b{n:05}", shape=Polygon(parts=(shapely.Polygon(ring),))) for n, ring in enumerate(rings)]


def random_places(count: int, *, seed: int = 2) -> list[Place]:
    """Scatter places over the region."""
    points = WEST_SOUTH + np.random.default_rng(seed).uniform(0, SIDE_DEGREES, (count, 2))
    return [Place(lat=lat, lng=lng) for lng, lat in points.tolist()]


def places_near_borders(boundaries: list[Boundary], count: int, *, seed: int = 3) -> list[Place]:
    """Pick vertices, and move them by less than, about, and more than what still counts as the border."""
    random = np.random.default_rng(seed)
    places = []
    for row in random.integers(0, len(boundaries), count):
        shape = boundaries[row].shape
        assert isinstance(shape, Polygon)
        lng, lat = shapely.get_coordinates(shape.parts[0])[random.integers(0, VERTICES)]
        off = random.choice([0.0, 0.9e-9, 1.1e-9, 5e-9])
        turn = random.uniform(0, 2 * np.pi)
        places.append(Place(lat=float(lat + off * np.sin(turn)), lng=float(lng + off * np.cos(turn))))
    return places
