"""The pages of the documentation that problems point at, as the text that they are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as File
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from fieldfare.entrypoints.api.openapi import OPERATIONS, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.routing import JsonRouter

PAGES = ("errors", "reasons")

_PACKED = files("fieldfare") / "docs"
_CHECKOUT = File(__file__).parents[4] / "docs"

_EXAMPLE = "# Errors\n\n| code | status | what it means | what to do |\n"


def pages_router() -> JsonRouter:
    """Make the route."""
    router = JsonRouter(tags=[OPERATIONS])

    @router.get(
        "/docs/{page}",
        summary="Read a page of the documentation",
        response_class=_Markdown,
        responses={200: {"content": {_Markdown.media_type: {"example": _EXAMPLE}}}, **problem_responses("not_found")},
    )
    async def read_page(page: Annotated[str, Path(examples=["errors"])]) -> Response:
        """Give a page as Markdown: `errors` has every problem's code, `reasons` why a time is not offered."""
        name = page.removesuffix(".md")
        if name not in PAGES:
            raise Problem("not_found")
        return _Markdown(text_of(name), headers={"Cache-Control": "public, max-age=3600"})

    return router


@cache
def text_of(page: str) -> str:
    """Read a page: the wheel carries it inside the package, a checkout has it in `docs/`."""
    packed: Traversable = _PACKED / f"{page}.md"
    return (packed if packed.is_file() else _CHECKOUT / f"{page}.md").read_text(encoding="utf-8")


class _Markdown(Response):
    media_type = "text/markdown"
