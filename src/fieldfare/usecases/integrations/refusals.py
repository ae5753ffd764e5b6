"""Why a connection to a CRM isn't made or changed; the texts are for whoever connects, and hold no token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from fieldfare.ports.crm import Capability


class NotConnectedError(LookupError):
    """The business is connected to no CRM."""

    code: ClassVar[str] = "not_connected"


class ConnectionRefusedByCrmError(Exception):
    """The CRM doesn't let us in as we were told; nothing was saved."""

    code: ClassVar[str] = "crm_token_refused"


class TokenRefusedError(ConnectionRefusedByCrmError):
    """The CRM doesn't take the token, or the code of an authorisation."""


class ScopesMissingError(ConnectionRefusedByCrmError):
    """The token may not do what is needed; `missing` says what."""

    code: ClassVar[str] = "crm_scope_missing"

    def __init__(self, message: str, *, missing: Sequence[Capability] = ()) -> None:
        """Keep the lines of the check that failed."""
        super().__init__(message)
        self.missing = tuple(missing)


class WrongAccountError(ConnectionRefusedByCrmError):
    """The token opens another account than the one that was named, or there is no such account."""

    code: ClassVar[str] = "crm_wrong_account"


class AccountNotChosenError(ConnectionRefusedByCrmError):
    """An agency let us in that has several accounts: one of `accounts` (id, name) has to be named."""

    code: ClassVar[str] = "crm_account_needed"

    def __init__(self, message: str, *, accounts: Sequence[tuple[str, str]]) -> None:
        """Keep the accounts."""
        super().__init__(message)
        self.accounts = tuple(accounts)


class SettingsRefusedError(ValueError):
    """Choices that contradict the business or the CRM: each a path inside the settings and what is wrong there."""

    code: ClassVar[str] = "invalid_request"

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        """Keep the faults; there is at least one."""
        super().__init__("; ".join(f"{path}: {message}" for path, message in faults))
        self.faults = tuple(faults)


class NoAppError(Exception):
    """This installation has no app of the vendor's: it can be connected by a token alone."""

    code: ClassVar[str] = "no_crm_app"
