"""What is refused when a business is connected to a CRM, as problems; none of them repeats a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fieldfare.entrypoints.api.problems import Problem, refused
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.api.staff.integration_shapes import write_line
from fieldfare.ports.crm import (
    CrmError,
    CrmForbiddenError,
    CrmRateLimitedError,
    CrmUnauthorisedError,
    CrmUnavailableError,
)
from fieldfare.ports.integrations import AccountTakenError, SealingError
from fieldfare.usecases.availability.in_memory import UnknownBusinessError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refusals import (
    AccountNotChosenError,
    ConnectionRefusedByCrmError,
    NoAppError,
    NotConnectedError,
    ScopesMissingError,
    SettingsRefusedError,
)

CRM_PROBLEMS = ("not_connected", "crm_token_refused", "crm_scope_missing", "crm_refused", "crm_unavailable")
"""What every route that asks the CRM may answer."""


def outward_of(rooms: Rooms) -> Outward:
    """Give the way to the CRMs; raises `Problem` where this installation has none."""
    if rooms.outward is None:
        raise Problem("not_connected")
    return rooms.outward


@contextmanager
def integration_refusals() -> Iterator[None]:
    """Raise the `Problem` for what connecting, or asking the CRM, is refused for."""
    try:
        yield
    except SettingsRefusedError as error:
        raise refused([(f"settings.{path}", message) for path, message in error.faults]) from None
    except ScopesMissingError as error:
        raise Problem(error.code, str(error), missing=[write_line(line) for line in error.missing]) from None
    except AccountNotChosenError as error:
        raise Problem(error.code, str(error), accounts=[id_ for id_, _ in error.accounts]) from None
    except ConnectionRefusedByCrmError as error:
        raise Problem(error.code, str(error)) from None
    except (NotConnectedError, NoAppError) as error:
        raise Problem(error.code) from None
    except AccountTakenError:
        raise Problem("account_taken") from None
    except SealingError:
        raise Problem("no_secret_key") from None
    except ChangedMeanwhileError:
        raise Problem("changed_meanwhile") from None
    except UnknownBusinessError:
        raise Problem("not_found") from None
    except CrmError as error:
        raise _of_crm(error) from None


def _of_crm(error: CrmError) -> Problem:
    if isinstance(error, CrmUnavailableError):
        wait = int(error.retry_after) + 1 if isinstance(error, CrmRateLimitedError) else None
        return Problem("crm_unavailable", retry_after=wait)
    if isinstance(error, CrmUnauthorisedError):
        return Problem("crm_token_refused")
    if isinstance(error, CrmForbiddenError):
        return Problem("crm_scope_missing", f"GoHighLevel: {error}.", missing=[])
    return Problem("crm_refused", f"GoHighLevel: {error}.")
