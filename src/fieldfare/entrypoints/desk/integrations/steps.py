"""The steps of connecting GoHighLevel: what each page reads before it is shown, and how its choices are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

from fieldfare.domain.connections import Connection, ConnectionSettings
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.integrations.subjects import subject_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.words.integrations import sentence_of
from fieldfare.ports.crm import CrmError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.change_settings import ChangeSettings, change_settings
from fieldfare.usecases.integrations.connection_trail import version_of
from fieldfare.usecases.integrations.options import Options, read_options
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refusals import NotConnectedError, SettingsRefusedError

STEPS = (
    ("ghl", "", "The account"),
    ("people", "people", "Who is who"),
    ("calendars", "calendars", "Calendars"),
    ("fields", "fields", "Custom fields"),
    ("stages", "stages", "Pipeline"),
    ("check", "check", "Check"),
)
"""Each step: its name, its path, and what its link says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A link to a step."""

    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A connection, and what its account has to choose from; `trouble` says why that is not known now.

    While there is trouble nothing is saved: what can't be listed would be taken for what nobody chose.
    """

    connection: Connection
    options: Options
    trouble: str | None = None

    @property
    def settings(self) -> ConnectionSettings:
        """What was chosen so far."""
        return self.connection.settings

    def refused(self, typed: Typed) -> Refused | None:
        """Say why nothing can be saved now; None if it can."""
        return None if self.trouble is None else Refused(typed=typed, sentences=(self.trouble,), status=503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Choices that were not saved: what was typed, and the sentences that say why, the first for the whole."""

    typed: Typed = field(default_factory=Typed)
    sentences: tuple[str, ...] = ()
    status: int = 200


def outward_of(asking: Asking) -> Outward:
    """Give the way out of the house; raises `Problem` (not_found) where there is none."""
    outward = asking.rooms.outward
    if outward is None:
        raise Problem("not_found")
    return outward


async def seen(asking: Asking, needs: str = "") -> Seen:
    """Read the connection and its options; raises `Problem` (not_found) where there is none.

    `needs` names the part of the options without which the step is nothing.
    """
    async with asking.rooms.storage.open(asking.who.business) as books:
        connection = await books.integrations.connections.find()
    if connection is None:
        raise Problem("not_found", "Connect GoHighLevel first.")
    try:
        options = await read_options(outward_of(asking), asking.who.business)
    except (CrmError, NotConnectedError) as error:
        code = error.code if isinstance(error, CrmError) else "crm_unauthorised"
        return Seen(connection=connection, options=Options(), trouble=sentence_of(code))
    trouble = sentence_of("crm_forbidden") if needs in options.unseen else None
    return Seen(connection=connection, options=options, trouble=trouble)


def standing(typed: Typed, name: str, saved: str) -> str:
    """Give what stands in a field: what was typed there, else what is saved."""
    return typed.one(name) if typed.has(name) else saved


def show_step(
    asking: Asking, name: str, connection: Connection | None, values: Mapping[str, Any], refused: Refused | None = None
) -> Response:
    """Show a step with the links to all others."""
    refused = refused or Refused()
    return show(
        asking,
        f"integrations/{name}.html",
        {
            "steps": [] if connection is None else steps_of(name),
            "connection": connection,
            "version": None if connection is None else version_of(connection),
            "typed": refused.typed,
            "refusals": refused.sentences,
            **values,
        },
        status=refused.status,
    )


def steps_of(name: str) -> list[Step]:
    """List the steps."""
    return [
        Step(name=title, href=desk_link("settings", "ghl", *([path] if path else [])), here=step == name)
        for step, path, title in STEPS
    ]


async def save(asking: Asking, known: Seen, **chosen: Any) -> Refused | None:
    """Save some of the choices; gives what was refused, None where they are saved."""
    typed = Typed.of(asking.pairs)
    settings = replace(known.settings, **chosen)
    wanted = ChangeSettings(settings=settings, actor=asking.who.actor, expected=typed.one("version") or None)
    try:
        await change_settings(outward_of(asking), asking.who.business, wanted, now=asking.now)
    except SettingsRefusedError as error:
        return Refused(
            typed=typed,
            sentences=tuple(
                f"{subject_of(path, settings=settings, options=known.options, business=asking.business)} {message}."
                for path, message in error.faults
            ),
            status=422,
        )
    except ChangedMeanwhileError:
        sentence = "Somebody else changed these settings while you looked at them. The page shows them as they are now."
        return Refused(sentences=(sentence,), status=412)
    except NotConnectedError:
        raise Problem("not_found", "Connect GoHighLevel first.") from None
    except CrmError as error:
        return Refused(typed=typed, sentences=(sentence_of(error.code),), status=503)
    return None
