"""A stage for recorded exchanges: a module whose time stands still and whose world is scripted.

A family's stage says which state the phrases of its recordings mean, and lets happen what they tell.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar

from ..link.base import Link, LinkReceiver
from ..wire.parsing import ParseError
from .clock import ManualClock
from .device import VirtualModule
from .simulation import SimulatedNetwork

__all__ = ["Stage", "given", "stimulus"]

#: Seconds of the module's time in which what belongs to a step may still come.
_GRACE = 0.2
#: Seconds after which a command that still runs is taken for one that is never answered.
_LONGEST = 120.0
#: Turns of the loop in which every task gets as far as it can.
_TURNS = 12

F = TypeVar("F", bound=Callable[..., object])

_GIVEN = "__given__"
_STIMULUS = "__stimulus__"


def given(pattern: str) -> Callable[[F], F]:
    """Mark a method as what brings about the state that *pattern* describes; it gets the pattern's groups."""
    return lambda method: _marked(method, _GIVEN, pattern)


def stimulus(pattern: str) -> Callable[[F], F]:
    """Mark a method as what lets happen what *pattern* describes; it gets the step and the pattern's groups."""
    return lambda method: _marked(method, _STIMULUS, pattern)


def _marked(method: F, mark: str, pattern: str) -> F:
    setattr(method, mark, re.compile(pattern))
    return method


class _Tap(Link):
    """The host's side of the line: keeps what the module prints."""

    url = "stage://"

    def __init__(self) -> None:
        self.printed = bytearray()

    def start(self, receiver: LinkReceiver) -> None:
        """Need nothing: the stage talks to the module itself."""

    def write(self, data: bytes) -> None:
        self.printed += data

    async def drain(self) -> None:
        """Return at once: everything is kept."""

    def pause_reading(self) -> None:
        """Need nothing: the stage sends no more than a step."""

    def resume_reading(self) -> None:
        """Need nothing, likewise."""

    async def aclose(self) -> None:
        """Need nothing: there is no line."""


class Stage(ABC):
    """Plays the steps of one exchange to a module.

    :param facts: the exchange as the file has it.
    """

    #: What may differ from the recording, since the recording calls it an example; each match stands for any other.
    examples: ClassVar[tuple[re.Pattern[bytes], ...]] = ()

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.clock: ManualClock = ManualClock()
        self.network: SimulatedNetwork = SimulatedNetwork()
        self._tap = _Tap()

    @abstractmethod
    def make(self) -> VirtualModule:
        """Return the module to play to, on this stage's clock and network."""

    @abstractmethod
    async def prepare(self) -> None:
        """Bring about what every recording starts from."""

    async def open(self) -> str | None:
        """Set the stage; return why the state that the recording starts from cannot be brought about, or None."""
        self.module: VirtualModule = self.make()
        missing = self._missing()
        if missing is not None:
            return f"{missing} is not built in"
        self.module.attach(self._tap)
        self.module.start()
        await self.settle()
        await self.prepare()
        text: str = self.facts.get("given", "")
        while text:
            rest = await self._bring_about(text)
            if rest is None:
                return f"nothing brings about {text!r}"
            text = rest.removeprefix(", ")
        self._tap.printed.clear()
        return None

    def _missing(self) -> str | None:
        """Return the first command of the exchange that the module does not have, or None."""
        for step in self.facts["step"]:
            if step.get("raw") or not step["tx"]:
                continue
            try:
                command = self.module.parse(step["tx"].encode("latin-1").rstrip(b"\r\n"))
            except ParseError:
                continue
            if self.module.handler_of(command) is None:
                return str(step["tx"].split("=")[0].strip())
        return None

    async def aclose(self) -> None:
        """Clear the stage."""
        await self.module.aclose()

    async def send(self, data: bytes, *, patient: bool = True) -> bytes:
        """Send *data* in one piece; return everything that is printed until the module is silent.

        :param patient: let time go by; without it only what is printed at once is returned.
        """
        self.module.link_received(data)
        return await self.settle() if patient else await self._turn()

    async def happen(self, step: Mapping[str, Any]) -> bytes | None:
        """Let happen what *step* tells; return everything that is printed until the module is silent.

        None means that nothing here brings it about.
        """
        text = step.get("stimulus", "")
        for method, pattern in self._methods(_STIMULUS):
            match = pattern.fullmatch(text)
            if match is not None:
                await _done(method(step, *match.groups()))
                return await self.settle()
        return None

    async def settle(self) -> bytes:
        """Let everything take its course; return what was printed."""
        console = self.module.console
        quiet_at = self.clock.time() + _GRACE
        give_up_at = self.clock.time() + _LONGEST
        printed = b""
        while True:
            printed += await self._turn()
            due = self.clock.due
            if due is None or due > (give_up_at if console.busy else quiet_at):
                break
            if console.busy:
                quiet_at = due + _GRACE
            self.clock.advance_to(due)
        self.clock.advance_to(quiet_at)
        return printed + await self._turn()

    async def _turn(self) -> bytes:
        """Let every task get as far as it can; return what was printed."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        printed = bytes(self._tap.printed)
        self._tap.printed.clear()
        return printed

    async def _bring_about(self, text: str) -> str | None:
        """Bring about the first state that *text* describes; return the rest, or None where it is not known."""
        for method, pattern in self._methods(_GIVEN):
            match = pattern.match(text)
            if match is not None:
                await _done(method(*match.groups()))
                return text[match.end() :]
        return None

    def _methods(self, mark: str) -> list[tuple[Callable[..., object], re.Pattern[str]]]:
        marked = [name for name in dir(type(self)) if hasattr(getattr(type(self), name), mark)]
        return [(getattr(self, name), getattr(getattr(self, name), mark)) for name in marked]


async def _done(result: object) -> None:
    if isinstance(result, Awaitable):
        await result
