"""What goes wrong to order: answers that fail, come late or never, and writes that are done though they seem not."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


class Dropped(ConnectionResetError):
    """The vendor closed the connection without an answer."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with requests that match.

    `match` is a method and a path or the path's template, with `*` for anything: `POST /contacts/upsert`, `GET *`, `*`.
    With `after_commit` the request is done, and only its answer fails. `lost` answers well and keeps nothing.
    """

    match: str = "*"
    status: int | None = None
    slow: float = 0.0
    after_commit: bool = False
    lost: bool = False
    drop: bool = False
    times: int | None = None
    share: float = 1.0
    retry_after: float | None = None

    def fits(self, method: str, path: str, template: str | None) -> bool:
        """Say whether a request is one of those that go wrong."""
        if self.times == 0:
            return False
        names = [f"{method} {path}", path] + ([f"{method} {template}", template] if template else [])
        return any(fnmatchcase(name, self.match) for name in names)


@dataclass(slots=True, kw_only=True)
class WebhookFaults:
    """What goes wrong with webhooks, each as a share of them.

    What is to be overtaken is held for up to `reorder_seconds`; what is late comes after `delay_seconds`.
    """

    lose: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_seconds: float = 2.0
    delay: float = 0.0
    delay_seconds: float = 30.0
    bad_signature: float = 0.0
    not_applicable: float = 0.0
    old_timestamp: float = 0.0


@dataclass(slots=True)
class Faults:
    """All that is ordered to go wrong."""

    seed: int = 7
    webhooks: WebhookFaults = field(default_factory=WebhookFaults)
    ordered: list[Fault] = field(default_factory=list)
    is_down: bool = False
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - tests want the same chance in each run

    def add(self, fault: Fault) -> Fault:
        """Order a fault."""
        self.ordered.append(fault)
        return fault

    def outage(self, on: bool) -> None:
        """Let nothing through, or all again."""
        self.is_down = on

    def clear(self) -> None:
        """Take back everything that was ordered."""
        self.ordered.clear()
        self.webhooks = WebhookFaults()
        self.is_down = False

    def pick(self, method: str, path: str, template: str | None) -> Fault | None:
        """Say what goes wrong with a request; the fault that was ordered first counts."""
        for fault in self.ordered:
            if fault.fits(method, path, template) and self.chance.random() < fault.share:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def hits(self, share: float) -> bool:
        """Throw the dice for a share."""
        return share > 0 and self.chance.random() < share
