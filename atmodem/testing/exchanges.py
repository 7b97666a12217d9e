"""Recorded exchanges: what was sent to a module and what came back, read from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from attrs import frozen

from ..dialects import names

__all__ = ["Exchange", "Mismatch", "load"]


class Mismatch(AssertionError):
    """What came out is not what the file states."""


@frozen
class Exchange:
    """One exchange of a file."""

    dialect: str
    name: str
    facts: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Its steps, in order."""
        steps: list[dict[str, Any]] = self.facts["step"]
        return steps

    @property
    def for_client(self) -> bool:
        """Whether a client has to take it."""
        return self.facts.get("for") != "emulator"


def load(path: Path) -> list[Exchange]:
    """Read a file of exchanges; its dialect stands in it, or is the name of the file or its folder."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    known = names()
    dialect = content.get("dialect") or next((n for n in (path.stem, path.parent.name) if n in known), "")
    return [Exchange(dialect, facts["name"], facts) for facts in content["exchange"]]
