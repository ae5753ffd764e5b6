"""What is refused when a business or its commitments are changed, as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.ports.storage import ForeignSourceError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError
from fieldfare.usecases.commitments.write_commitments import CommitmentTakenError, ForeignCommitmentError


@contextmanager
def refusals() -> Iterator[None]:
    """Raise the `Problem` for what a use case, or the check of a document, refuses."""
    try:
        yield
    except ScenarioError as error:
        raise faulty(error.path, error.message) from None
    except InUseError as error:
        raise Problem("in_use", used_by=list(error.used_by)) from None
    except ChangedMeanwhileError:
        raise Problem("changed_meanwhile") from None
    except UnknownRecordError:
        raise Problem("not_found") from None
    except CommitmentTakenError:
        raise Problem("conflict", "A commitment of this id is there already.", reason="id_taken") from None
    except (ForeignSourceError, ForeignCommitmentError):
        raise Problem(
            "conflict", "A calendar or a CRM keeps this commitment: change it there.", reason="foreign_source"
        ) from None
