"""The scripts and styles that the build has bundled: read once, compressed once, served from memory."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fieldfare.entrypoints.api.limits import limit_address
from fieldfare.entrypoints.api.problems import Problem

_FOLDER = files("fieldfare") / "assets"
_MEDIA = {"js": "text/javascript", "css": "text/css", "txt": "text/plain"}
_FOREVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


class AssetsMissingError(RuntimeError):
    """The scripts and styles have not been built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file, plain and compressed."""

    plain: bytes
    packed: bytes
    media: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The bundled files by name, and the names by what they were made of (`widget.js`)."""

    by_name: dict[str, Asset]
    names: dict[str, str]

    def address_of(self, source: str) -> str:
        """Give the address of what was made of a source."""
        return f"/assets/{self.names[source]}"


@cache
def bundled() -> Assets:
    """Read what was bundled; raises `AssetsMissingError`."""
    try:
        names: dict[str, str] = orjson.loads((_FOLDER / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise AssetsMissingError(
            "the pages' scripts and styles are not built; `make setup` builds them, and so does installing the package"
        ) from None
    by_name = {}
    for entry in _FOLDER.iterdir():
        media = _MEDIA.get(entry.name.rpartition(".")[2])
        if media is not None:
            plain = entry.read_bytes()
            by_name[entry.name] = Asset(plain=plain, packed=gzip.compress(plain, mtime=0), media=media)
    return Assets(by_name=by_name, names=names)


def asset_routes() -> list[Route]:
    """Make the routes: hashed names are kept for ever, and the script that other sites embed for an hour."""

    async def give_asset(request: Request) -> Response:
        return await _given(request, str(request.path_params["name"]), kept=_FOREVER)

    async def give_embed_script(request: Request) -> Response:
        return await _given(request, "embed.js", kept=_AN_HOUR)

    return [Route("/assets/{name}", give_asset), Route("/embed.js", give_embed_script)]


async def _given(request: Request, name: str, *, kept: str) -> Response:
    await limit_address(request)
    asset = bundled().by_name.get(name)
    if asset is None:
        raise Problem("not_found")
    headers = {
        "Cache-Control": kept,
        "Vary": "Accept-Encoding",
        # Other sites embed the script by its address; nothing in these files is anybody's secret.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if packed else asset.plain, headers=headers, media_type=asset.media)
