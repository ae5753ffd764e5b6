"""Who did something: what the audit trail says of the author of a change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Through which door somebody came."""

    ACCOUNT = "account"
    KEY = "key"
    COMMAND_LINE = "command_line"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The author of a change. `id` is that of the account or key; the command line has none, but knows its login.

    A customer is called by how they came: by the widget, or by the link of a booking. The system acts by itself.
    """

    kind: ActorKind
    id: str
