"""How a known state is reached: old answers are dropped until a query is answered that nothing else can answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from .grammar import Fence, Grammar, Startup

__all__ = ["Resync", "Verdict"]

#: Settling waits for silence, but not for ever: events may never stop.
_LONGEST_SETTLE = 1.0
#: Unanswered lines that are remembered; a module does not answer older ones any more.
_REMEMBERED = 16


class _Phase(Enum):
    OFF = "off"
    START = "start"
    SETTLE = "settle"
    FENCE = "fence"
    FINAL = "final"
    PROVE = "prove"
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

    A module answers in order, late or not at all. So an answer proves the line clean of everything that was sent before
    its fence, and the line is clean when nothing was sent behind a fence that is answered.

    :param grammar: the dialect's rules.
    :param write: sends a line; called with the bytes and the time.
    """

    def __init__(self, grammar: Grammar, write: Callable[[bytes, float], None]) -> None:
        self._plan = grammar.recovery
        self._write = write
        self._phase = _Phase.OFF
        #: What was sent and may still be answered, oldest first; None stands for a prelude.
        self._sent: list[Fence | None] = []
        self._rounds = 0
        #: Further rounds that answers may earn.
        self._more = 0
        #: A query was answered: the module does not wait for data.
        self._alive = False
        self._until = 0.0
        self._limit = 0.0
        #: What the fence told of the echo.
        self.echo: bool | None = None
        #: A module that starts anew is waited for.
        self.starting: bool = False

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` has to be called, or None."""
        return None if self._phase is _Phase.OFF else self._until

    def begin(self, now: float, lost: bytes | None = None, rounds: int | None = None) -> None:
        """Start; *lost* is the line of the command whose answer may still come, as those to an earlier run may."""
        self._sent = [*self._sent, *(fence for fence in self._plan.fences if fence.line == lost)][-_REMEMBERED:]
        self._rounds = self._more = self._plan.rounds if rounds is None else rounds
        self._alive = self.starting = False
        self.echo = None
        self._round(now)

    def begin_startup(self, startup: Startup, now: float) -> None:
        """Wait for a module that starts anew: give it time to go down, then ask until it answers."""
        self._rounds = self._more = startup.rounds
        self._alive = False
        self.starting = True
        self.echo = None
        self._phase = _Phase.START
        self._until = now + startup.rest

    def touch(self, now: float) -> None:
        """Something was received: settling goes on."""
        if self._phase is _Phase.SETTLE:
            self._until = min(now + self._plan.settle, self._limit)

    def line(self, line: bytes, now: float, *, final: bool, inline: bytes | None) -> Verdict:
        """Take a line; *final* tells a common final and *inline* the value in it."""
        if self._plan.busy is not None and self._plan.busy.fullmatch(line):
            self._phase = _Phase.BUSY
            self._until = now + self._plan.busy_wait
        elif self._phase is _Phase.BUSY and final:
            # What came meanwhile was thrown away.
            self._sent.clear()
            self._send_fence(now)
        elif self._phase is _Phase.FINAL:
            return self._answered(now) if final else Verdict.OPEN
        else:
            return self._value(line, now, inline)
        return Verdict.OPEN

    def _value(self, line: bytes, now: float, inline: bytes | None) -> Verdict:
        for index, fence in enumerate(self._sent):
            if fence is None:
                continue
            match = fence.answer.fullmatch(line if not fence.in_final else inline or b"")
            if match is None:
                continue
            del self._sent[: index + 1]
            self._alive = True
            if fence.echo_on is not None:
                self.echo = match[1] == fence.echo_on
            if self._phase in (_Phase.START, _Phase.SETTLE, _Phase.ESCAPE):
                # Something else was sent behind it, or is to be; the fence of this round follows.
                break
            if fence.in_final:
                return self._answered(now)
            self._phase = _Phase.FINAL
            self._until = now + self._plan.wait
            break
        return Verdict.OPEN

    def _answered(self, now: float) -> Verdict:
        """A fence was answered: nothing that was sent before it can be."""
        if not any(self._sent):
            return self._clean()
        self._until = now + self._plan.wait
        if self._more and not self._rounds:
            # The module lives; if the others were thrown away, the query of one more round will tell.
            self._more -= 1
            self._rounds = 1
        # With one query alone nothing but time tells whether the others were thrown away.
        self._phase = _Phase.FENCE if len(self._plan.fences) > 1 else _Phase.PROVE
        return Verdict.OPEN

    def explains(self, line: bytes) -> bool:
        """Tell whether a line that is no event belongs to the resynchronisation itself."""
        if self._plan.busy is not None and self._plan.busy.fullmatch(line) is not None:
            return True
        return any(fence.answer.fullmatch(line) is not None for fence in self._plan.fences)

    def tick(self, now: float) -> Verdict:
        """Do what is due at *now*."""
        if self._phase is _Phase.OFF or now < self._until:
            return Verdict.OPEN
        escape = self._plan.escape
        if self._phase is _Phase.SETTLE:
            self._send_fence(now)
        elif self._phase is _Phase.PROVE:
            return self._clean()
        elif escape is not None and self._phase is _Phase.REST:
            self._write(b"+++", now)
            self._phase = _Phase.ESCAPE
            self._until = now + escape.after
        elif self._phase in (_Phase.START, _Phase.ESCAPE):
            self._round(now)
        elif self._rounds <= 0:
            self._phase = _Phase.OFF
            self.starting = False
            return Verdict.SPENT
        elif escape is not None:
            self._phase = _Phase.REST
            self._until = now + escape.before
        else:
            self._round(now)
        return Verdict.OPEN

    def _clean(self) -> Verdict:
        self._phase = _Phase.OFF
        self.starting = False
        self._sent.clear()
        return Verdict.CLEAN

    def _round(self, now: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0 and self._plan.feed and not self._alive:
            self._write(self._plan.feed, now)
        if not self._plan.prelude:
            self._send_fence(now)
            return
        self._write(self._plan.prelude, now)
        self._sent.append(None)
        self._phase = _Phase.SETTLE
        self._limit = now + _LONGEST_SETTLE
        self._until = now + self._plan.settle

    def _send_fence(self, now: float) -> None:
        sent = self._sent
        # The one whose answer will prove most: a query that is not out yet, else that which was sent first last.
        fence = max(self._plan.fences, key=lambda fence: sent.index(fence) if fence in sent else len(sent))
        self._sent.append(fence)
        self._write(fence.line, now)
        self._phase = _Phase.FENCE
        self._until = now + self._plan.wait
