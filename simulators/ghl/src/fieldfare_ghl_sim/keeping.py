"""Keeps a simulated account in a file, so that a demonstration goes on where it ended."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.tokens import Grant, Token, Tokens

PAUSE_SECONDS = 1.0


class Keeper:
    """Writes a simulator's state into a file whenever it has changed."""

    def __init__(self, simulator: Simulator, file: Path) -> None:
        self._simulator = simulator
        self._file = file
        self._written = b""

    def load(self) -> bool:
        """Take up what the file holds; says whether there was a file."""
        if not self._file.exists():
            return False
        kept = orjson.loads(self._file.read_bytes())
        world = self._simulator.world
        for field in fields(world):
            setattr(world, field.name, kept["world"][field.name])
        world.indexed = {key: [(at, state) for at, state in history] for key, history in world.indexed.items()}
        self._simulator.tokens = _tokens(kept["tokens"])
        return True

    def save(self) -> None:
        """Write the file, whole or not at all."""
        simulator = self._simulator
        with simulator.lock:
            told = orjson.dumps({"world": simulator.world, "tokens": simulator.tokens}, default=sorted)
        if told != self._written:
            draft = self._file.with_suffix(".new")
            draft.write_bytes(told)
            draft.replace(self._file)
            self._written = told

    async def run(self) -> None:
        """Save until cancelled, and then once more."""
        try:
            while True:
                self.save()
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self.save()


def _tokens(kept: dict[str, Any]) -> Tokens:
    def grants(rows: dict[str, Any]) -> dict[str, Grant]:
        return {text: Grant(**(row | {"scopes": frozenset(row["scopes"])})) for text, row in rows.items()}

    tokens = {text: Token(**(row | {"scopes": frozenset(row["scopes"])})) for text, row in kept["tokens"].items()}
    known = {"tokens": tokens, "codes": grants(kept["codes"]), "refreshes": grants(kept["refreshes"])}
    return Tokens(**(kept | known))
