"""`fieldfare serve`, `work` and `migrate` as commands: what they take, and how a failure is said."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import typer
from typer.testing import CliRunner

from fieldfare.entrypoints.cli.failures import CommandError
from fieldfare.entrypoints.cli.running import add_running


@dataclass(slots=True)
class Doors:
    """What stands behind the commands, and what reached it."""

    before: str | None = None
    failure: CommandError | None = None
    seen: list[object] = field(default_factory=list)

    def serve(self, *, host: str | None, port: int | None, with_worker: bool) -> None:
        self.seen.append((host, port, with_worker))

    def work(self) -> None:
        self.seen.append("work")
        if self.failure:
            raise self.failure

    def migrate(self) -> tuple[str | None, str]:
        return self.before, "0002"

    @property
    def app(self) -> typer.Typer:
        app = typer.Typer()
        add_running(app, serve=self.serve, work=self.work, migrate=self.migrate)
        return app


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ([], (None, None, False)),
        (["--with-worker"], (None, None, True)),
        (["--host", "::1", "--port", "0"], ("::1", 0, False)),
    ],
)
def test_what_is_not_said_is_left_to_the_settings(words: list[str], seen: object) -> None:
    doors = Doors()

    assert CliRunner().invoke(doors.app, ["serve", *words]).exit_code == 0
    assert doors.seen == [seen]


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    doors = Doors()

    assert CliRunner().invoke(doors.app, ["serve", "--port", port]).exit_code == 2
    assert doors.seen == []


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (None, "Now at step 0002.\n"),
        ("0001", "Now at step 0002.\n"),
        ("0002", "The database was up to date: step 0002.\n"),
    ],
)
def test_migrate_says_where_the_database_is(before: str | None, said: str) -> None:
    assert CliRunner().invoke(Doors(before=before).app, ["migrate"]).stdout == said


@pytest.mark.parametrize("status", [1, 2])
def test_a_failure_is_a_sentence_and_a_status(status: int) -> None:
    done = CliRunner().invoke(Doors(failure=CommandError("say this", status=status)).app, ["work"])

    assert (done.exit_code, done.stdout, done.stderr) == (status, "", "say this\n")
