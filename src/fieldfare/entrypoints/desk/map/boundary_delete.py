"""Deleting a boundary: who uses it, whom that moves, and only then."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.boundary_list import configuration_of
from fieldfare.entrypoints.desk.map.boundary_words import moves_in_words, user_of, users_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.reason import read_reason
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError
from fieldfare.usecases.zones.who_moves import Draft, who_moves

_CHANGED = "Somebody else has changed this boundary since you looked at it. This is how it stands now: decide again."
_IN_USE = "It is still used. Change or delete these first:"


async def ask_deletion(asking: Asking) -> Response:
    """Ask whether the boundary shall go, and tell what follows."""
    return await _page(asking)


async def delete_boundary(asking: Asking) -> Response:
    """Mark the boundary as deleted; it no longer counts, and saving it again brings it back."""
    id_ = str(asking.request.path_params["id"])
    edit = Edit(
        business=asking.who.business,
        kind=RecordKind.BOUNDARIES,
        id=id_,
        document=None,
        expected=asking.form.get("version", ""),
    )
    rooms = asking.rooms
    try:
        await edit_record(
            rooms.storage,
            edit,
            read=rooms.read_document,
            actor=asking.who.actor,
            now=rooms.clock(),
            reason=read_reason(asking),
        )
    except UnknownRecordError:
        raise Problem("not_found") from None
    except ChangedMeanwhileError:
        kept = (await configuration_of(asking)).records[RecordKind.BOUNDARIES].get(id_)
        if kept is not None and not kept["deleted"]:
            return await _page(asking, fault=_CHANGED, status=412)
    except InUseError as error:
        return await _page(asking, fault=_IN_USE, used_by=error.used_by, status=409)
    return asking.go("map", "boundaries", notice="deleted")


async def _page(
    asking: Asking, *, fault: str | None = None, used_by: tuple[str, ...] = (), status: int = 200
) -> Response:
    id_ = str(asking.request.path_params["id"])
    configuration = await configuration_of(asking)
    standing = configuration.records[RecordKind.BOUNDARIES].get(id_)
    if standing is None or standing["deleted"]:
        raise Problem("not_found")
    moves = await who_moves(
        asking.rooms.storage,
        [Draft(kind=RecordKind.BOUNDARIES, id=id_, document=None)],
        present=asking.business,
        read=asking.rooms.read_document,
        now=asking.now,
    )
    return show(
        asking,
        "map/delete.html",
        {
            "id": id_,
            "version": version_of(standing),
            "fault": fault,
            "holding": [user_of(configuration, used) for used in used_by],
            "users": users_of(configuration, id_),
            "moves_said": moves_in_words(moves),
        },
        status=status,
    )
