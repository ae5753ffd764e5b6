"""Why a change of a business is refused."""

from __future__ import annotations

from typing import ClassVar


class InUseError(Exception):
    """Something else still refers to what shall go."""

    code: ClassVar[str] = "in_use"

    def __init__(self, what: str, used_by: tuple[str, ...]) -> None:
        """Keep who refers to it, as `kind/id`."""
        super().__init__(f"{what} is still used by {', '.join(used_by)}; change or delete those first")
        self.used_by = used_by


class ChangedMeanwhileError(Exception):
    """The record is no longer the one that the change was made for."""

    code: ClassVar[str] = "changed_meanwhile"


class UnknownRecordError(LookupError):
    """There is no such record, or no such business."""

    code: ClassVar[str] = "not_found"
