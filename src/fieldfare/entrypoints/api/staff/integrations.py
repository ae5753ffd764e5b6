"""`/api/v1/staff/integrations/ghl`: connecting a business to its GoHighLevel location, and how the two fit together."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Body, Depends, Response
from starlette.requests import Request

from fieldfare.domain.connections import Connection
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.oauth_ghl import authorisation_page
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import integration_shapes as shapes
from fieldfare.entrypoints.api.staff.integration_refusals import CRM_PROBLEMS, integration_refusals, outward_of
from fieldfare.entrypoints.api.staff.versions import IfMatch, etag_of, expected_of
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.change_settings import ChangeSettings, change_settings
from fieldfare.usecases.integrations.check_connection import check_connection
from fieldfare.usecases.integrations.connect import Connect, connect
from fieldfare.usecases.integrations.connection_trail import version_of
from fieldfare.usecases.integrations.disconnect import disconnect
from fieldfare.usecases.integrations.options import opened, read_options
from fieldfare.usecases.integrations.pause import pause, resume

PREFIX = "/api/v1/staff/integrations/ghl"

router = JsonRouter(prefix=PREFIX, tags=["integrations"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.INTEGRATIONS_READ))]
Manager: TypeAlias = Annotated[Member, Depends(requires(Permission.INTEGRATIONS_MANAGE))]


@router.get(
    "",
    summary="Show the connection",
    responses={**json_example(shapes.CONNECTION), **problem_responses("not_found")},
)
async def show_connection(rooms: InRooms, who: Reader) -> Response:
    """Show the location and the choices, never what opens it. The ETag is the version of location and choices."""
    found = await _known(rooms, who)
    if found is None:
        raise Problem("not_found")
    return _answer(found)


@router.put(
    "",
    summary="Connect, or change the connection",
    responses={
        **json_example(shapes.CONNECTION),
        **problem_responses(*CRM_PROBLEMS, "crm_wrong_account", "account_taken", "no_secret_key", "changed_meanwhile"),
    },
)
async def put_connection(
    body: Annotated[shapes.ConnectionBody, Body(examples=[shapes.CONNECTING, {"settings": shapes.SETTINGS}])],
    rooms: InRooms,
    who: Manager,
    if_match: IfMatch = None,
) -> Response:
    """Connect by a private integration token, which is tried before it is kept; then put the choices in their place.

    A new token for the same location leaves everything else as it is; another location begins anew. The first choices
    that name a technician begin the reading.
    """
    outward, expected = outward_of(rooms), expected_of(if_match)
    with integration_refusals():
        made = await _known(rooms, who)
        if expected is not None and (made is None or version_of(made) != expected):
            raise ChangedMeanwhileError
        if body.location is not None and body.token is not None:
            credentials = Credentials(token=body.token.get_secret_value())
            wanted = Connect(account=body.location, credentials=credentials, actor=who.actor)
            made = await connect(outward, who.business, wanted, now=rooms.clock())
            expected = None if expected is None else version_of(made)
        if body.settings is not None:
            change = ChangeSettings(settings=body.settings.read(), actor=who.actor, expected=expected)
            made = await change_settings(outward, who.business, change, now=rooms.clock())
        if body.paused is not None:
            made = await (pause if body.paused else resume)(outward, who.business, actor=who.actor)
    if made is None:
        raise Problem("not_connected")
    return _answer(made)


@router.delete("", status_code=204, summary="Disconnect", responses=problem_responses("not_found", "changed_meanwhile"))
async def remove_connection(rooms: InRooms, who: Manager, if_match: IfMatch = None) -> Response:
    """Forget what opens the location, and all that was read there. Bookings stay; the time of all else is free."""
    if await _known(rooms, who) is None:
        raise Problem("not_found")
    with integration_refusals():
        await disconnect(outward_of(rooms), who.business, actor=who.actor, expected=expected_of(if_match))
    return Response(status_code=204)


@router.post(
    "/check",
    summary="Try the connection",
    responses={**json_example(shapes.CHECK), **problem_responses("not_connected")},
)
async def try_connection(rooms: InRooms, who: Manager) -> Response:
    """Try everything by reading alone: a line for each capability, and what to do about those that are missing."""
    with integration_refusals():
        checked = await check_connection(outward_of(rooms), who.business, now=rooms.clock())
    return document(shapes.write_check(checked))


@router.get(
    "/options",
    summary="List what there is to choose from",
    responses={**json_example(shapes.OPTIONS), **problem_responses(*CRM_PROBLEMS)},
)
async def list_options(rooms: InRooms, who: Manager) -> Response:
    """Ask GoHighLevel for users, calendars, services, custom fields and pipelines; `unseen` names what it refused."""
    with integration_refusals():
        options = await read_options(outward_of(rooms), who.business)
    return document(shapes.write_options(options))


@router.post(
    "/fields",
    status_code=201,
    summary="Make a custom field",
    responses={**json_example(shapes.FIELD, status=201), **problem_responses(*CRM_PROBLEMS)},
)
async def make_field(
    body: Annotated[shapes.NewField, Body(examples=[{"name": "Booking link"}])], rooms: InRooms, who: Manager
) -> Response:
    """Make a custom field of contacts in GoHighLevel, of text; one of this name that is there is given."""
    with integration_refusals():
        crm = (await opened(outward_of(rooms), who.business)).crm
        known = next((field for field in await crm.fields() if field.name == body.name), None)
        made = known or await crm.create_field(body.name)
    return document(shapes.write_field(made), status=201)


@router.post(
    "/authorise",
    summary="Begin an authorisation",
    responses={
        **json_example({"url": "https://marketplace.gohighlevel.com/v2/oauth/chooselocation?response_type=code"}),
        **problem_responses("no_crm_app"),
    },
)
async def begin_authorisation(
    body: Annotated[shapes.AuthoriseBody, Body(examples=[{"location": "ve9EPM428h8vShlRW1KT"}])],
    request: Request,
    rooms: InRooms,
    who: Manager,
) -> Response:
    """Give the page on which somebody lets the app in, for ten minutes and whoever asked; it leads back here."""
    with integration_refusals():
        url = await authorisation_page(rooms, request, who, account=body.location)
    return document({"url": url})


async def _known(rooms: Rooms, who: Member) -> Connection | None:
    async with rooms.storage.open(who.business) as books:
        return await books.integrations.connections.find()


def _answer(connection: Connection) -> Response:
    answer = document(shapes.write_connection(connection))
    answer.headers["ETag"] = etag_of(version_of(connection))
    return answer
