"""In what condition a database is: may the application work with it as this role?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.migrating import newest_step
from fieldfare.adapters.postgres.security import QUEUE_SCHEMA


class UnfitDatabaseError(Exception):
    """The application must not work with this database as it is; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What was found: the server's version, the role, what makes the role unsafe, and the step of the schema."""

    version: str
    role: str
    dangers: tuple[str, ...]
    step: str | None
    newest: str

    def must_be_fit(self) -> None:
        """Refuse to work as a role that could see every tenant, or on another schema; raises `UnfitDatabaseError`."""
        if self.dangers:
            raise UnfitDatabaseError(
                f"the database role {self.role} {' and '.join(self.dangers)}: row-level security would not keep "
                "businesses apart. Name a role of the application's own in DATABASE_URL, and the owner in "
                "DATABASE_OWNER_URL"
            )
        if self.step is None:
            raise UnfitDatabaseError("the database is empty. Run: fieldfare migrate")
        if self.step != self.newest:
            raise UnfitDatabaseError(
                f"the database is at step {self.step}, this version of Fieldfare needs {self.newest}. "
                "Run: fieldfare migrate"
            )


_ROLE = text(
    """
    SELECT current_user AS role, r.rolsuper, r.rolbypassrls, current_setting('server_version') AS version,
        to_regclass('public.alembic_version') IS NOT NULL AS migrated,
        EXISTS (
            SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('public', :queue) AND c.relkind IN ('r', 'p')
                AND pg_has_role(current_user, c.relowner, 'MEMBER')
        ) AS owns
    FROM pg_roles r WHERE r.rolname = current_user
    """
)


async def condition_of(connection: AsyncConnection) -> Condition:
    """Look at a database as the role of the connection."""
    row = (await connection.execute(_ROLE, {"queue": QUEUE_SCHEMA})).one()
    dangers = [
        danger
        for applies, danger in (
            (row.rolsuper, "is a superuser"),
            (row.rolbypassrls, "bypasses row-level security"),
            (row.owns, "owns tables, or belongs to the role that does"),
        )
        if applies
    ]
    step = None
    if row.migrated:
        step = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    return Condition(version=row.version, role=row.role, dangers=tuple(dangers), step=step, newest=newest_step())
