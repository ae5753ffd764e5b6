"""A database's schema as text, from PostgreSQL's own catalogue: what Alembic does not compare, too.

    python -m tests.unit.postgres.catalogue > tests/unit/postgres/schema.txt

Only what Fieldfare made is listed; the queue's tables are procrastinate's own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import URL

from fieldfare.adapters.postgres.addresses import for_libpq
from tests import databases

_HERE = "(SELECT oid FROM pg_namespace WHERE nspname = 'public')"
_QUERIES = {
    "table": f"""
        SELECT relname || CASE WHEN relrowsecurity THEN ' row-level-security' ELSE '' END
            || CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END || ' owned by ' || pg_get_userbyid(relowner)
        FROM pg_class WHERE relnamespace = {_HERE} AND relkind IN ('r', 'p', 'v', 'm')
    """,
    "column": f"""
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE a.attidentity WHEN 'a' THEN ' identity' ELSE '' END
            || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE c.relnamespace = {_HERE} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": f"""
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = {_HERE} AND contype <> 'n'
    """,
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policy": """
        SELECT tablename || ' ' || policyname || ' ' || permissive || ' ' || cmd || ' to ' || roles::text
            || ' using ' || coalesce(qual, 'none') || ' check ' || coalesce(with_check, 'none')
        FROM pg_policies WHERE schemaname = 'public'
    """,
    "grant": f"""
        SELECT c.relname || ' ' || g.privilege_type || ' to ' || CASE g.grantee WHEN 0 THEN 'public'
            ELSE pg_get_userbyid(g.grantee) END
        FROM pg_class c, aclexplode(c.relacl) g
        WHERE c.relnamespace = {_HERE} AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND g.grantee <> c.relowner
    """,
    "function": f"""
        SELECT p.oid::regprocedure || CASE WHEN prosecdef THEN ' security definer' ELSE '' END || ' '
            || coalesce(proconfig::text, '') || ' ' || regexp_replace(prosrc, '\\s+', ' ', 'g')
        FROM pg_proc p WHERE pronamespace = {_HERE}
    """,
    "function grant": f"""
        SELECT p.oid::regprocedure || ' ' || g.privilege_type || ' to '
            || CASE g.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END
        FROM pg_proc p, aclexplode(p.proacl) g WHERE pronamespace = {_HERE} AND g.grantee <> p.proowner
    """,
}


def catalogue(database: URL) -> Iterator[str]:
    """List a database's schema, a line for each thing, sorted within its kind."""
    with psycopg.connect(for_libpq(database)) as connection:
        for kind, query in _QUERIES.items():
            for line in sorted(row[0] for row in connection.execute(query.encode())):
                yield f"{kind} {line}"


def main() -> None:
    """Print the schema of a freshly migrated database."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.server(Path(folder) / "postgres") as superuser,
        databases.clone(superuser, databases.template(superuser)) as database,
    ):
        for line in catalogue(database.superuser):
            print(line)


if __name__ == "__main__":
    main()
