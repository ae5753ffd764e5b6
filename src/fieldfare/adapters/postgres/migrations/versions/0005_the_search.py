"""What the search of the desk looks into: names and addresses without case and accents, kept by PostgreSQL itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿœæÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒÆ"
_PLAIN = "aaaaaaceeeeiiiinoooooouuuuyyoaaaaaaaceeeeiiiinoooooouuuuyyoa"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("customers", _folded("name", "email"))
    op.add_column("booking_contacts", _folded("name", "email", "street", "unit", "postal_code"))


def _folded(*columns: str) -> sa.Column[str]:
    text = " || ' ' || ".join(f"COALESCE({column}, '')" for column in columns)
    return sa.Column(
        "sought", sa.Text(), sa.Computed(f"lower(translate({text}, '{_ACCENTED}', '{_PLAIN}'))", persisted=True)
    )
