"""`fieldfare audit`: who changed what, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated

import typer

from fieldfare.entrypoints.cli.failures import CommandError, said
from fieldfare.ports.storage import KeptEntry, Storage

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]
"""Opens the database, and closes it at the end."""


def add_audit(app: typer.Typer, open_storage: OpenStorage) -> None:
    """Add the command."""

    @app.command("audit")
    def audit(
        business: Annotated[str, typer.Argument(metavar="BUSINESS", help="The business's id.")],
        last: Annotated[int, typer.Option(help="How many lines at most.", min=1, max=100_000)] = 50,
        subject: Annotated[str | None, typer.Option(help="Only this kind of thing, such as zones.")] = None,
        subject_id: Annotated[str | None, typer.Option("--id", help="Only the thing of this id.")] = None,
    ) -> None:
        """List the changes of a business, the newest first, a JSON object a line with before and after."""
        import asyncio

        async def read() -> tuple[KeptEntry, ...]:
            async with open_storage() as storage, storage.open(business) as books:
                if await books.revisions() is None:
                    raise CommandError(f"there is no business {business!r}; fieldfare business import brings one in")
                return await books.audit.page(before=None, limit=last, subject=subject, subject_id=subject_id)

        with said():
            for kept in asyncio.run(read()):
                typer.echo(_line(kept))


def _line(kept: KeptEntry) -> str:
    from datetime import UTC, datetime

    import orjson

    entry = kept.entry
    return orjson.dumps(
        {
            "number": kept.number,
            "at": datetime.fromtimestamp(kept.at, UTC),
            "actor": f"{entry.actor.kind.value}:{entry.actor.id}",
            "action": entry.action,
            "subject": entry.subject,
            "id": entry.subject_id,
            "before": entry.before,
            "after": entry.after,
            "reason": entry.reason,
        },
        option=orjson.OPT_UTC_Z,
    ).decode()
