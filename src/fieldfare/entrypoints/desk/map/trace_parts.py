"""What a trace is made of: the place that was found, and steps of facts with links to the settings behind them."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.addresses import Located
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.desk.asking import Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A place that was found, and what it can buy."""

    text: str
    located: Located
    offer: Offer
    tier: str | None
    industry: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a step, with the setting that it follows from."""

    text: str
    name: str = ""
    href: str | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what was asked, by which rules, and what came of it."""

    title: str
    rules: str
    facts: tuple[Fact, ...]


def setting(asking: Asking, kind: str, id_: str) -> str | None:
    """Give the address of a setting for whoever may read it."""
    return asking.link("settings", kind, id_) if asking.may("configuration.read") else None
