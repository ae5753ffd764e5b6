"""`fieldfare connect ghl`: what it asks for, what it takes without asking, and what it says of what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from fieldfare.adapters.error_sinks.queue import ReportQueue
from fieldfare.domain.connections import BookingField, CalendarUse, ConnectionSettings, StageMode, StageRule, Target
from fieldfare.domain.fleet import Technician
from fieldfare.entrypoints.cli.connect import connect_app
from fieldfare.entrypoints.cli.connect_asking import asked_settings, matching_user
from fieldfare.ports.crm import CrmUser
from fieldfare.usecases.integrations.options import opened, read_options
from fieldfare.usecases.integrations.outward import Outward
from tests.databases import Database
from tests.service import ghl_house
from tests.service.ghl_house import LOCATION, PRIVATE, TOKEN, VISITS, GhlHouse
from tests.unit.customers.kit import BUSINESS

ALL = ("--location", LOCATION, "--token-stdin", "--settings")
FILE = f"""
[technicians]
userOne = "t1"
userTwo = "t2"

[calendars]
{VISITS} = "visits"
{PRIVATE} = "busy"

[targets."*"]
calendar = "{VISITS}"

[fields]
manage_link = "contact.fieldfare_manage_link"
"""


class House:
    """A house that opens anew for each command, on one database and one simulator."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sim = ghl_house.simulated()

    @property
    def sim(self) -> Any:
        return self._sim

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[GhlHouse]:
        async with ghl_house.opened(self._database, sim=self._sim) as house:
            yield house

    @asynccontextmanager
    async def outward(self) -> AsyncIterator[Outward]:
        async with self.opened() as house:
            yield replace(house.outward, reports=ReportQueue([]))

    def run(self, *words: str, given: str = "") -> Result:
        app = typer.Typer()
        app.add_typer(connect_app(self.outward))
        return CliRunner().invoke(app, ["connect", "ghl", *words], input=given)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with capture_logs():
        yield House(database)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ghl.toml"
    path.write_text(FILE)
    return path


def test_everything_without_asking_and_away_again(house: House, file: Path) -> None:
    words = ("--location", LOCATION, "--token-stdin", "--settings", str(file), "--create-fields")

    done = house.run(*words, given=f"{TOKEN}\n")

    assert done.exit_code == 0, done.output
    assert f"{BUSINESS} is connected to Small World ({LOCATION})." in done.stdout
    assert "works    technician:t1" in done.stdout
    assert done.stdout.endswith("The connection is connected.\n")
    assert TOKEN not in done.output

    checked = house.run("--check")
    assert checked.exit_code == 0
    lines = checked.stdout.splitlines()
    assert {line.split()[1] for line in lines[:-1]} >= {"account", "users", "calendars", "contacts", "targets"}

    refused = house.run("--remove")
    assert (refused.exit_code, refused.stderr) == (2, "nobody can be asked whether that is meant: add --yes\n")
    gone = house.run("--remove", "--yes")
    assert (gone.exit_code, gone.stdout) == (0, f"{BUSINESS} is no longer connected to Small World.\n")
    again = house.run("--check")
    assert (again.exit_code, again.stderr) == (2, "nothing is connected yet: fieldfare connect ghl does it\n")


def test_what_is_missing_ends_with_one(house: House, file: Path) -> None:
    file.write_text(
        FILE.replace('userTwo = "t2"\n', "").replace('[fields]\nmanage_link = "contact.fieldfare_manage_link"\n', "")
    )

    done = house.run("--location", LOCATION, "--token-stdin", "--settings", str(file), given=TOKEN)

    assert done.exit_code == 1
    assert "missing  technician:t2" in done.stdout


@pytest.mark.parametrize(
    ("words", "given", "spoil", "status", "said"),
    [
        (["--token-stdin"], TOKEN, "", 2, "say which location by --location"),
        ([], "", "", 2, "say which location by --location"),
        (["--location", LOCATION], "", "", 2, "give the token by --token-stdin"),
        (["--location", LOCATION, "--token-stdin"], "\n", "", 2, "is empty, and should be the token"),
        (["--location", LOCATION, "--token-stdin"], "pit-of-nobody", "", 2, "does not take this token"),
        (["--location", "elsewhere", "--token-stdin"], TOKEN, "", 2, "location elsewhere"),
        (["--location", LOCATION, "--token-stdin"], TOKEN, "outage", 1, "does not answer now"),
        (["--business", "nobody", "--check"], "", "", 2, "there is no business 'nobody'"),
        ([*ALL, "FILE"], TOKEN, "[technicians]\nx = 1", 2, "must be a text"),
        ([*ALL, "FILE"], TOKEN, "colour = 1", 2, "is unknown here"),
        ([*ALL, "FILE"], TOKEN, "[", 2, "is not TOML"),
        (["--settings", "missing.toml"], TOKEN, "", 2, "can't read missing.toml"),
        ([*ALL, "FILE"], TOKEN, FILE, 2, "is no custom field"),
    ],
    ids=[str(number) for number in range(13)],
)  # fmt: skip
def test_what_is_refused_is_said(
    house: House, file: Path, words: list[str], given: str, spoil: str, status: int, said: str
) -> None:
    if spoil == "outage":
        house.sim.faults.outage(on=True)
    elif spoil:
        file.write_text(spoil)

    done = house.run(*(str(file) if word == "FILE" else word for word in words), given=given)

    assert (done.exit_code, said in done.stderr) == (status, True), done.output
    assert "pit-" not in done.output


def choose(house: House, answers: str) -> ConnectionSettings:
    """Answer the questions about a location, one line each."""
    chosen: list[ConnectionSettings] = []
    people = (Technician(id="t1", name="Amara Okafor"), Technician(id="t2", name="Ben"), Technician(id="t3"))

    async def asking() -> None:
        async with house.opened() as running:
            async with await running.whole.key(BUSINESS) as client:
                await running.connect(client)
            crm = (await opened(running.outward, BUSINESS)).crm
            options = await read_options(running.outward, BUSINESS)
            current = await running.outward.businesses.current(BUSINESS, now=running.outward.clock())
            known = replace(current.snapshot.business, technicians=people)
            chosen.append(await asked_settings(ConnectionSettings(), known, options, crm))

    app = typer.Typer()
    app.command()(lambda: asyncio.run(asking()))
    done = CliRunner().invoke(app, [], input=answers)
    assert done.exit_code == 0, (done.output, done.exception)
    return chosen[0]


def test_on_a_terminal_each_thing_is_asked_for_with_a_proposal(house: House) -> None:
    house.sim.add_pipeline(LOCATION, id="pipe", name="Leads", stages=[("new", "New"), ("book", "Book now")])
    house.sim.add_user(LOCATION, id="userAmara", name="Amara Okafor")

    chosen = choose(
        house,
        "\n".join(
            [
                "",  # Amara is who has her name.
                "9",  # There is no ninth.
                "1",
                "-",
                *("", "2", "1"),  # Three calendars: what is proposed, busy, and busy.
                "",  # A new field for the link.
                "",
                *("y", "2", "2", "1", "n"),  # One stage, booked at once.
                "",
            ]
        ),
    )

    assert chosen.user_of("t1") == "userAmara"
    assert set(chosen.technicians.values()) == {"t1", "t2"}
    assert set(chosen.calendars.values()) == {CalendarUse.VISITS, CalendarUse.BUSY}
    assert set(chosen.targets) == {"*"}
    assert set(chosen.fields) == {BookingField.MANAGE_LINK}
    assert chosen.stages == (StageRule(pipeline="pipe", stage="book", mode=StageMode.BOOK, product="tune-up"),)
    assert isinstance(chosen.targets["*"], Target)


@pytest.mark.parametrize(
    ("technician", "users", "found"),
    [
        (Technician(id="t1", name="Amara Okafor"), [("u1", "amara okafor", None), ("u2", "Amara", None)], "u1"),
        (Technician(id="amara"), [("u1", "Ms Okafor", "amara@example.com"), ("u2", "Ben", None)], "u1"),
        (Technician(id="t1", name="Amara"), [("u1", "Amara Okafor", None), ("u2", "Ben", None)], "u1"),
        (Technician(id="t1", name="Amara"), [("u1", "Amara Okafor", None), ("u2", "Amara Stone", None)], None),
        (Technician(id="t1"), [("u1", "", None)], None),
        (Technician(id="t1", name="Amara"), [], None),
    ],
    ids=["name", "email", "first name", "two", "nothing", "nobody"],
)
def test_a_user_is_proposed_only_where_it_is_clear(
    technician: Technician, users: list[tuple[str, str, str | None]], found: str | None
) -> None:
    people = [CrmUser(id=id_, name=name, email=email) for id_, name, email in users]

    assert matching_user(technician, people) == found
