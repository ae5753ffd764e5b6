"""The command that makes owners, as a program: the database's address in the environment, for tests with a terminal."""

from __future__ import annotations

import os

import typer
from sqlalchemy import URL, make_url

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.entrypoints.cli.owner import add_create_owner


def build(address: URL) -> typer.Typer:
    """Make a program of this one command, below `business` as it is in the real one."""
    program, business = typer.Typer(), typer.Typer()
    program.add_typer(business, name="business")
    business.callback()(lambda: None)
    add_create_owner(business, lambda: postgres_storage(address), Argon2Passwords)
    return program


if __name__ == "__main__":
    build(make_url(os.environ["ADDRESS"]))()
