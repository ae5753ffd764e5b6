"""Who is who: which user of GoHighLevel is which technician."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import Refused, Seen, save, seen, show_step, standing
from fieldfare.entrypoints.desk.settings.typed import Typed


async def show_people(asking: Asking) -> Response:
    """Show a line for each user, with the technician of the same name proposed."""
    return _page(asking, await seen(asking, "users"))


async def save_people(asking: Asking) -> Response:
    """Save who is who."""
    known, typed = await seen(asking, "users"), Typed.of(asking.pairs)
    if refused := known.refused(typed):
        return _page(asking, known, refused)
    saved = known.settings.technicians
    chosen = {user.id: standing(typed, f"user.{user.id}", saved.get(user.id, "")) for user in known.options.users}
    if refused := await save(asking, known, technicians={user: one for user, one in chosen.items() if one}):
        return _page(asking, await seen(asking, "users"), refused)
    return asking.go("settings", "ghl", "calendars", notice="saved")


def _page(asking: Asking, known: Seen, refused: Refused | None = None) -> Response:
    technicians = [(one.id, one.name or one.id) for one in asking.business.technicians if one.active]
    chosen = {user.id: _chosen(known, user.id, user.name, technicians, refused) for user in known.options.users}
    linked = set(chosen.values())
    return show_step(
        asking,
        "people",
        known.connection,
        {
            "trouble": known.trouble,
            "users": known.options.users,
            "technicians": technicians,
            "chosen": chosen,
            "alone": [name for id_, name in technicians if id_ not in linked],
        },
        refused,
    )


def _chosen(known: Seen, user: str, name: str, technicians: list[tuple[str, str]], refused: Refused | None) -> str:
    """Give what stands in a line: what was typed, what was chosen, else whoever has the same name."""
    if refused is not None and refused.typed.has(f"user.{user}"):
        return refused.typed.one(f"user.{user}")
    if known.settings.technicians:
        return known.settings.technicians.get(user, "")
    return next((id_ for id_, own in technicians if own.casefold() == name.casefold()), "")
