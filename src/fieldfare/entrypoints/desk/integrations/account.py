"""The account: connected by a token or by signing in at GoHighLevel, let rest, or taken away."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from fieldfare.domain.connections import Connection
from fieldfare.entrypoints.api.oauth_ghl import authorisation_page
from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import Refused, outward_of, show_step
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.words.integrations import sentence_of
from fieldfare.ports.crm import CrmError
from fieldfare.ports.integrations import AccountTakenError, Credentials, SealingError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.connect import Connect, connect
from fieldfare.usecases.integrations.disconnect import disconnect
from fieldfare.usecases.integrations.pause import pause, resume
from fieldfare.usecases.integrations.refusals import ConnectionRefusedByCrmError, NoAppError, NotConnectedError

_LONGEST = 2_000


async def show_account(asking: Asking) -> Response:
    """Show the connection, or how to make one."""
    problem = PROBLEMS.get(asking.query.get("problem", ""))
    if problem is None:
        return await _page(asking)
    return await _page(asking, Refused(sentences=(f"{problem.title}. {problem.cure}",)))


async def connect_account(asking: Asking) -> Response:
    """Try a token, and keep it; the page never shows it again."""
    typed = Typed.of(asking.pairs)
    token, location = typed.one("token"), typed.one("location")
    if not token or not location or len(token) > _LONGEST or len(location) > _LONGEST:
        sentence = "Give both: the private integration token and the id of the location."
        return await _page(asking, Refused(typed=typed, sentences=(sentence,), status=422))
    wanted = Connect(account=location, credentials=Credentials(token=token), actor=asking.who.actor)
    try:
        await connect(outward_of(asking), asking.who.business, wanted, now=asking.rooms.clock())
    except ConnectionRefusedByCrmError as error:
        return await _page(asking, Refused(typed=typed, sentences=(str(error),), status=422))
    except AccountTakenError:
        sentence = "Another business of this installation is connected to this location."
        return await _page(asking, Refused(typed=typed, sentences=(sentence,), status=409))
    except SealingError as error:
        return await _page(asking, Refused(typed=typed, sentences=(str(error),), status=503))
    except CrmError as error:
        return await _page(asking, Refused(typed=typed, sentences=(sentence_of(error.code),), status=503))
    return asking.go("settings", "ghl", "people", notice="saved")


async def authorise(asking: Asking) -> Response:
    """Send the browser to GoHighLevel, where somebody of the location lets the app in."""
    try:
        page = await authorisation_page(
            asking.rooms, asking.request, asking.who, account=asking.query.get("location") or None
        )
    except NoAppError:
        raise Problem("not_found") from None
    return RedirectResponse(page, status_code=303, headers={"Referrer-Policy": "no-referrer"})


async def pause_account(asking: Asking) -> Response:
    """Read and write nothing for a while, or go on."""
    doing = resume if asking.form.get("go") == "on" else pause
    try:
        await doing(outward_of(asking), asking.who.business, actor=asking.who.actor)
    except NotConnectedError:
        raise Problem("not_found") from None
    return asking.go("settings", "ghl", notice="saved")


async def ask_to_remove(asking: Asking) -> Response:
    """Ask whether the connection shall be taken away."""
    connection = await _connection(asking)
    if connection is None:
        raise Problem("not_found")
    return show(asking, "integrations/remove.html", {"connection": connection})


async def remove_account(asking: Asking) -> Response:
    """Take the connection away."""
    try:
        await disconnect(outward_of(asking), asking.who.business, actor=asking.who.actor)
    except (NotConnectedError, ChangedMeanwhileError):
        raise Problem("not_found") from None
    return asking.go("settings", "ghl", notice="deleted")


async def _connection(asking: Asking) -> Connection | None:
    async with asking.rooms.storage.open(asking.who.business) as books:
        return await books.integrations.connections.find()


async def _page(asking: Asking, refused: Refused | None = None) -> Response:
    connection = await _connection(asking)
    values = {"app": asking.rooms.granting is not None}
    return show_step(asking, "ghl", connection, values, refused)
