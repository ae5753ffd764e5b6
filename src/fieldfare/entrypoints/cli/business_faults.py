"""What `fieldfare business` says when a file is wrong, or something stands against a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fieldfare.entrypoints.cli.failures import FAILED, CommandError, said


@contextmanager
def saying_faults() -> Iterator[None]:
    """Say what is wrong with a file, or why something is refused."""
    from fieldfare.entrypoints.cli.streams import UnreadableError, UnwritableError
    from fieldfare.entrypoints.scenario.errors import ScenarioError
    from fieldfare.ports.storage import ForeignSourceError, StorageUnavailableError
    from fieldfare.usecases.businesses.refusals import InUseError, UnknownRecordError

    with said():
        try:
            yield
        except (ScenarioError, UnreadableError, InUseError) as error:
            raise CommandError(str(error)) from None
        except UnknownRecordError as error:
            raise CommandError(f"there is no business {error}; import it first") from None
        except ForeignSourceError as error:
            raise CommandError(f"the commitment {error} is kept by a calendar or a CRM; change it there") from None
        except (UnwritableError, StorageUnavailableError) as error:
            raise CommandError(f"it could not be done: {error}", status=FAILED) from None
