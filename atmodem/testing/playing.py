"""Plays recorded exchanges to the virtual module of their dialect: ``python -m atmodem.testing.playing FILE…``.

What it answers is held against the recording.

A dialect's ``device`` has a ``Stage`` for that: it brings about the state that an exchange starts from, and lets happen
what a step tells. Framing, order and fields must be those of the recording; what the recording calls an example may
differ, and the stage lists what that is.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from ..dialects import find_dialect
from .exchanges import Exchange, Mismatch, load

__all__ = ["main", "play"]


class Stage(Protocol):
    """Where an exchange is played."""

    examples: Sequence[re.Pattern[bytes]]

    async def open(self) -> str | None:
        """Set the stage; return why that cannot be done, or None."""

    async def send(self, data: bytes, *, patient: bool) -> bytes:
        """Send *data* in one piece; return what is printed: at once, or, *patient*, until the module is silent."""
        ...

    async def happen(self, step: Mapping[str, Any]) -> bytes | None:
        """Let happen what *step* tells; return what is printed, or None where nothing brings it about."""

    async def aclose(self) -> None:
        """Clear the stage."""


class _StageMaker(Protocol):
    def __call__(self, facts: Mapping[str, Any]) -> Stage:
        """Make a stage for one exchange."""
        ...


def play(exchange: Exchange) -> str | None:
    """Play one exchange; return why it was not played, or None when it was.

    :raises Mismatch: the module answers otherwise than the recording.
    """
    if exchange.facts.get("emulator") is False:
        return "a virtual module does not do this"
    make = _stage_of(exchange.dialect)
    if make is None:
        return "the dialect has no virtual module"
    return asyncio.run(_play(make(exchange.facts), exchange))


def _stage_of(name: str) -> _StageMaker | None:
    package = find_dialect(name).package.__name__
    if importlib.util.find_spec(f"{package}.device") is None:
        return None
    return cast(_StageMaker, importlib.import_module(f"{package}.device").Stage)


async def _play(stage: Stage, exchange: Exchange) -> str | None:
    reason = await stage.open()
    try:
        for number, step in enumerate(() if reason else exchange.facts["step"], start=1):
            if step["tx"]:
                # A command that is not answered is still under way when the next step comes.
                patient = bool(step["rx"] or step.get("raw"))
                printed: bytes | None = await stage.send(step["tx"].encode("latin-1"), patient=patient)
            else:
                printed = await stage.happen(step)
            if printed is None:
                return f"step {number}: nothing brings about {step.get('stimulus', '')!r}"
            expected = step["rx"].encode("latin-1")
            if _without_examples(stage, printed) != _without_examples(stage, expected):
                raise Mismatch(f"step {number}: the module answers {printed!r}, not {expected!r}")
    finally:
        await stage.aclose()
    return reason


def _without_examples(stage: Stage, text: bytes) -> bytes:
    for pattern in stage.examples:
        text = pattern.sub(b"*", text)
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the files named on the command line; list what was not played; return 1 if any exchange differs."""
    exchanges = [one for path in (sys.argv[1:] if arguments is None else arguments) for one in load(Path(path))]
    failed = left = 0
    for exchange in exchanges:
        try:
            reason = play(exchange)
        except Mismatch as error:
            failed += 1
            sys.stdout.write(f"{exchange.dialect} {exchange.name}: {error}\n")
            continue
        if reason is not None:
            left += 1
            sys.stdout.write(f"{exchange.dialect} {exchange.name} not played: {reason}\n")
    sys.stdout.write(f"{len(exchanges) - failed - left} played, {failed} failed, {left} not played\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
