"""How a known state is reached: old answers are dropped until a query is answered that nothing else can answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from .grammar import Fence, Grammar

__all__ = ["Resync", "Verdict"]

#: Settling waits for silence, but not for ever: events may never stop.
_LONGEST_SETTLE = 1.0


class _Phase(Enum):
    OFF = "off"
    SETTLE = "settle"
    FENCE = "fence"
    FINAL = "final"
    BUSY = "busy"
    REST = "rest"
    ESCAPE = "escape"


class Verdict(Enum):
    """What a line or a tick meant for the resynchronisation."""

    OPEN = "open"
    CLEAN = "clean"
    SPENT = "spent"


class Resync:
    """One run of the dialect's recovery.

    :param grammar: the dialect's rules.
    :param write: sends a line; called with the bytes and the time.
    """

    def __init__(self, grammar: Grammar, write: Callable[[bytes, float], None]) -> None:
        self._plan = grammar.recovery
        self._write = write
        self._phase = _Phase.OFF
        self._fence: Fence = self._plan.fences[0]
        self._rounds = 0
        self._until = 0.0
        self._limit = 0.0
        #: What the fence told of the echo.
        self.echo: bool | None = None

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` has to be called, or None."""
        return None if self._phase is _Phase.OFF else self._until

    def begin(self, now: float, lost: bytes | None = None, rounds: int | None = None) -> None:
        """Start; *lost* is the line of the command whose answer may still come."""
        self._fence = next((fence for fence in self._plan.fences if fence.line != lost), self._plan.fences[0])
        self._rounds = self._plan.rounds if rounds is None else rounds
        self.echo = None
        self._round(now)

    def stop(self) -> None:
        """Give it up."""
        self._phase = _Phase.OFF

    def touch(self, now: float) -> None:
        """Something was received: settling goes on."""
        if self._phase is _Phase.SETTLE:
            self._until = min(now + self._plan.settle, self._limit)

    def line(self, line: bytes, now: float, *, final: bool, inline: bytes | None) -> Verdict:
        """Take a line that is no event; *final* tells a common final and *inline* the value in it."""
        if self._plan.busy is not None and self._plan.busy.fullmatch(line):
            self._phase = _Phase.BUSY
            self._until = now + self._plan.busy_wait
        elif self._phase is _Phase.BUSY and final:
            self._send_fence(now)
        elif self._phase is _Phase.FENCE:
            match = self._fence.answer.fullmatch(line if not self._fence.in_final else inline or b"")
            if match is not None:
                if self._fence.echo_on is not None:
                    self.echo = match[1] == self._fence.echo_on
                if self._fence.in_final:
                    return self._clean()
                self._phase = _Phase.FINAL
        elif self._phase is _Phase.FINAL and final:
            return self._clean()
        return Verdict.OPEN

    def explains(self, line: bytes) -> bool:
        """Tell whether a line that is no event belongs to the resynchronisation itself."""
        busy = self._plan.busy is not None and self._plan.busy.fullmatch(line) is not None
        return busy or self._fence.answer.fullmatch(line) is not None

    def tick(self, now: float) -> Verdict:
        """Do what is due at *now*."""
        if self._phase is _Phase.OFF or now < self._until:
            return Verdict.OPEN
        if self._phase is _Phase.SETTLE:
            self._send_fence(now)
        elif self._phase is _Phase.REST:
            self._write(b"+++", now)
            self._phase = _Phase.ESCAPE
            self._until = now + self._silence[1]
        elif self._phase is _Phase.ESCAPE:
            self._round(now)
        elif self._rounds <= 0:
            self._phase = _Phase.OFF
            return Verdict.SPENT
        elif self._plan.escape is not None:
            self._phase = _Phase.REST
            self._until = now + self._silence[0]
        else:
            self._round(now)
        return Verdict.OPEN

    @property
    def _silence(self) -> tuple[float, float]:
        assert self._plan.escape is not None
        return self._plan.escape.before, self._plan.escape.after

    def _round(self, now: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0 and self._plan.feed:
            self._write(self._plan.feed, now)
        if not self._plan.prelude:
            self._send_fence(now)
            return
        self._write(self._plan.prelude, now)
        self._phase = _Phase.SETTLE
        self._limit = now + _LONGEST_SETTLE
        self._until = now + self._plan.settle

    def _send_fence(self, now: float) -> None:
        self._write(self._fence.line, now)
        self._phase = _Phase.FENCE
        self._until = now + self._plan.wait

    def _clean(self) -> Verdict:
        self._phase = _Phase.OFF
        return Verdict.CLEAN
