"""What the audit trail says of people: ids, roles and scopes, never an email, a name or a secret.

The trail is only ever added to, and personal data has to be erasable.
"""

from __future__ import annotations

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.configuration import Document
from fieldfare.ports.people import Account, Key

ACCOUNTS = "accounts"
KEYS = "keys"


def account_document(account: Account) -> Document:
    """Tell what an account may do."""
    return {"role": account.role.value, "technician": account.technician, "disabled": account.disabled_at is not None}


def key_document(key: Key) -> Document:
    """Tell what a key opens, and until when."""
    return {"scopes": sorted(scope.value for scope in key.scopes), "expires_at": key.expires_at}


def actor_of(account: str) -> Actor:
    """Name an account as the author of what it does itself."""
    return Actor(kind=ActorKind.ACCOUNT, id=account)
