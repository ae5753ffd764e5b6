"""Pictures of pages, made small: a page has few colours, and 256 of them show no difference to the eye."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

COLOURS = 256


def make_small(file: Path) -> None:
    """Write a picture anew with few colours, and packed as well as can be."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
