"""Where a database is: one address, in the forms that the libraries want it."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


class DatabaseAddressError(ValueError):
    """The address names no PostgreSQL database. The message never repeats it: it may hold a password."""


def read_address(address: str, *, setting: str) -> URL:
    """Read `postgresql://user:password@host/database`; raises `DatabaseAddressError` that names the setting."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise DatabaseAddressError(
            f"{setting} is no database address: postgresql://user:password@host/database"
        ) from None
    if url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise DatabaseAddressError(f"{setting} is the address of another database than PostgreSQL")
    return url.set(drivername="postgresql+psycopg")


def for_libpq(url: URL) -> str:
    """Write an address as libpq's keywords, password included."""
    keywords: dict[str, str | int | None] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    # A key that stands several times, such as the hosts of a cluster, is a list to libpq.
    more = {key: value if isinstance(value, str) else ",".join(value) for key, value in url.query.items()}
    return make_conninfo("", **{**keywords, **more})
