"""Replays recorded exchanges: ``python -m atmodem.testing.transcripts FILE…``.

Each exchange runs against a :class:`~atmodem.wire.dialogue.Dialogue`, its bytes fed whole, one by one, and in twenty
random splits. The outcome must be the one that the file states, with no byte left over.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from ..dialects import find_dialect
from ..errors import CommandError, InvalidArgument
from ..portable.dialect import Dialect
from ..wire.command import Command, Raw
from ..wire.dialogue import Dialogue
from ..wire.event import Event, Unrecognized
from ..wire.outcomes import Accepted, Completed, Failed, Fault, Outcome, Restarted, StreamData, Write
from ..wire.reply import RawReply
from ..wire.request import Request
from ..wire.script import Prompt, Script
from ..wire.states import State
from ..wire.ticket import Ticket
from ..wire.vocabulary import ParseError
from .compare import describe_event, differences, plain
from .exchanges import Exchange, Mismatch, load

__all__ = ["Report", "main", "replay"]

SPLITS = 20
_ENDS = b"\r\n"


@frozen
class Report:
    """What a replay has found.

    :param failures: a line for each exchange that failed.
    :param passed: how many passed.
    :param raw: how many steps ran with a command that is not declared.
    """

    failures: list[str]
    passed: int
    raw: int


def _pieces(data: bytes, split: int) -> Iterator[bytes]:
    """Cut *data*: split 0 is whole, 1 is byte by byte, others are seeds."""
    if split == 0:
        yield data
        return
    if split == 1:
        for byte in data:
            yield bytes((byte,))
        return
    chance = random.Random(split)  # noqa: S311 - chance for splits, not for secrets
    position = 0
    while position < len(data):
        size = chance.randint(1, 1 + len(data) // 3)
        yield data[position : position + size]
        position += size


class _Player:
    """Runs one exchange with one way to split."""

    def __init__(self, dialect: Dialect, exchange: Exchange, split: int) -> None:
        self._dialect = dialect
        self._vocabulary = dialect.vocabulary
        self._grammar = dialect.grammar
        self._exchange = exchange
        self._split = split
        echo = None if "profile" in exchange.facts else bool(exchange.facts.get("echo", False))
        self._dialogue = Dialogue(self._vocabulary, echo=echo, rest=0)
        self._now = 0.0
        self._given: set[int] = set()
        self.raw = 0

    def run(self) -> None:
        for index, step in enumerate(self._exchange.steps):
            try:
                self._step(index, step)
            except Mismatch as error:
                raise Mismatch(f"step {index + 1}: {error}") from None

    def _step(self, index: int, step: dict[str, Any]) -> None:
        tx, rx = step["tx"].encode("latin-1"), step["rx"].encode("latin-1")
        if self._dialogue.state is State.STREAM:
            self._in_stream(step, tx, rx)
        elif index in self._given or not tx:
            out = self._feed(rx)
            self._check(step, None, out)
            self._recover(out)
        elif not rx and not step.get("error") and not step.get("reply"):
            # The module is silent to it; nothing can be said of a command that gets no answer.
            return
        else:
            self._command(index, step, tx, rx)

    # Streams

    def _in_stream(self, step: dict[str, Any], tx: bytes, rx: bytes) -> None:
        if tx == b"+++":
            out = self._dialogue.leave(self._now)
            while self._dialogue.state is State.STREAM or not any(isinstance(o, Write) for o in out):
                out += self._tick()
            out += self._feed(rx)
            out += self._settle()
            self._check_events(step, out)
            return
        out = self._dialogue.write(tx, self._now) if tx else []
        if tx and _written(out) != [tx]:
            raise Mismatch(f"wrote {_written(out)} into the stream, not {tx!r}")
        out = self._feed(rx)
        data = b"".join(o.data for o in out if isinstance(o, StreamData))
        if data != rx:
            raise Mismatch(f"stream data {data!r}, not {rx!r}")

    def _settle(self) -> list[Outcome]:
        """Let the dialogue reach its known state, playing the module's part."""
        out: list[Outcome] = []
        recovery = self._grammar.recovery
        answers = {fence.line: fence.example for fence in recovery.fences}
        answers[recovery.prelude] = recovery.prelude_example
        while self._dialogue.state in (State.RESYNC, State.LEAVING):
            got = self._tick()
            out += [o for o in got if not isinstance(o, Write)]
            writes = _written(got)
            while writes:
                answered = self._feed(answers.get(writes.pop(0), b""))
                writes += _written(answered)
                out += [o for o in answered if not isinstance(o, Write)]
        return out

    def _tick(self) -> list[Outcome]:
        deadline = self._dialogue.deadline
        if deadline is None:
            raise Mismatch("the dialogue waits for nothing")
        self._now = max(self._now, deadline)
        return self._dialogue.tick(self._now)

    # Commands

    def _command(self, index: int, step: dict[str, Any], tx: bytes, rx: bytes) -> None:
        request, data = self._request(step, tx)
        if data is None:
            data = self._data_of(index, request)
        if data is not None:
            request = attrs.evolve(request, data=data)
        ticket, out = self._dialogue.submit(request, self._now)
        if _written(out) != [request.line]:
            raise Mismatch(f"wrote {_written(out)}, not {request.line!r}")
        if request.script.prompt is Prompt.OPTIONAL and index not in self._given and not step.get("prompt"):
            out += self._later(self._grammar.prompt_wait + 0.05)
        out += self._feed(rx)
        self._check(step, ticket, out)
        if data is not None and "error" not in step:
            written = _written(out)[1:]
            if written != [data]:
                raise Mismatch(f"wrote {written} behind the prompt, not {data!r}")
        self._recover(out)

    def _recover(self, out: Sequence[Outcome]) -> None:
        if self._dialogue.state is not State.RESYNC:
            return
        self._settle()
        if any(isinstance(o, Restarted) for o in out):
            # The answer played here tells nothing of the echo that the recording goes on with.
            self._dialogue.echo = None

    def _request(self, step: dict[str, Any], tx: bytes) -> tuple[Request[Any], bytes | None]:
        whole = tx.rstrip(_ENDS)
        first = min((tx.find(end) for end in (b"\r", b"\n") if end in tx), default=len(tx))
        for line, rest in ((whole, b""), (tx[:first], tx[first:])):
            try:
                command = self._vocabulary.parse(line)
                request = self._vocabulary.request(command)
            except (ParseError, InvalidArgument):
                continue
            self._round_trip(command, request)
            behind = rest.removeprefix(b"\r") if self._grammar.terminator == b"\r" else rest.lstrip(_ENDS)
            takes_data = request.script.prompt is not Prompt.NONE and behind.strip(_ENDS) != b""
            sent = tx[: len(tx) - len(behind)] if takes_data else tx
            return attrs.evolve(request, line=sent), behind if takes_data else None
        return self._undeclared(step, tx), None

    def _round_trip(self, command: Command[Any], request: Request[Any]) -> None:
        again = self._vocabulary.parse(request.line.removesuffix(self._grammar.terminator))
        if again != command:
            raise Mismatch(f"{command} was encoded as {request.line!r}, which means {again}")

    def _undeclared(self, step: dict[str, Any], tx: bytes) -> Request[Any]:
        line = tx.rstrip(_ENDS)
        name = Raw(line).line.decode("latin-1").upper().removeprefix(self._grammar.prefix)
        name = name.split("=")[0].split("?")[0].strip()
        if name in self._vocabulary.commands and "error" not in step:
            raise Mismatch(f"the declaration of {name} does not take {line!r}")
        self.raw += 1
        prompt = Prompt.REQUIRED if step.get("prompt") else Prompt.NONE
        return Request(
            line=tx,
            name=name,
            label=f"{name} ({len(line)} bytes)",
            script=Script(prompt=prompt),
            reply=RawReply(),
            spelling=self._grammar.spelling,
        )

    def _data_of(self, index: int, request: Request[Any]) -> bytes | None:
        """Return the data that later steps send for this command, and remember those steps."""
        script = request.script
        step = self._exchange.steps[index]
        if script.prompt is Prompt.NONE or script.stream or "error" in step:
            return None
        data: bytes | None = None
        for later in range(index + 1, len(self._exchange.steps)):
            following = self._exchange.steps[later]
            tx = following["tx"].encode("latin-1")
            if not tx:
                continue
            if data is not None and following.get("raw") is not True:
                break
            data = (data or b"") + tx
            self._given.add(later)
            if following["rx"] or script.prompt is Prompt.GRANT:
                break
        return data

    # Feeding and checking

    def _feed(self, rx: bytes) -> list[Outcome]:
        out: list[Outcome] = []
        for piece in _pieces(rx, self._split):
            out += self._dialogue.receive(piece, self._now)
        out += self._later(self._grammar.hold + 0.01)
        if self._dialogue.incomplete:
            # The module is silent now: what is not whole will not become so.
            out += self._later(self._grammar.gap + 0.01)
        return out

    def _later(self, seconds: float) -> list[Outcome]:
        out: list[Outcome] = []
        end = self._now + seconds
        while (deadline := self._dialogue.deadline) is not None and deadline <= end:
            self._now = max(self._now, deadline)
            out += self._dialogue.tick(self._now)
        self._now = end
        return out

    def _check(self, step: dict[str, Any], ticket: Ticket | None, out: Sequence[Outcome]) -> None:
        self._check_events(step, out)
        completed = [o for o in out if isinstance(o, Completed)]
        failed = [o for o in out if isinstance(o, Failed)]
        accepted = [o for o in out if isinstance(o, Accepted)]
        if "error" in step:
            self._check_error(step, completed, failed)
        elif failed:
            raise Mismatch(f"failed with {failed[0].error!r}")
        elif "deferred" in step:
            self._check_deferred(step, completed)
        elif "reply" in step:
            self._check_reply(step["reply"], completed)
        elif ticket is not None and ticket.request.script.deferred is not None:
            if not accepted or completed:
                raise Mismatch("the command was not merely accepted")
        elif step.get("prompt"):
            if completed and not completed[0].ticket.request.script.stream:
                raise Mismatch("the command ended at the prompt")
        elif not step["tx"] or not step["rx"]:
            if completed:
                raise Mismatch(f"{completed[0].ticket} ended unasked")
        elif len(completed) != 1:
            raise Mismatch(f"{len(completed)} commands ended, not one")
        elif plain(completed[0].reply):
            raise Mismatch(f"reply {completed[0].reply!r} where plain success is stated")

    def _check_events(self, step: dict[str, Any], out: Sequence[Outcome]) -> None:
        events = [o for o in out if isinstance(o, Event) and not isinstance(o, Unrecognized)]
        expected = step.get("events", [])
        if len(events) != len(expected):
            raise Mismatch(f"events {events}, not {expected}")
        for event, wanted in zip(events, expected, strict=True):
            for found in differences(wanted, describe_event(event, wanted)):
                raise Mismatch(f"event {event}: {found}")
        for o in out:
            if isinstance(o, Unrecognized) and not self._exchange.facts.get("unrecognized_any"):
                raise Mismatch(f"not recognised: {o.data!r} ({o.reason})")
            if isinstance(o, Fault):
                raise Mismatch(f"fault: {o.error}")
            if isinstance(o, Restarted) and o.suspected:
                raise Mismatch("a restart was suspected")

    def _check_error(self, step: dict[str, Any], completed: list[Completed], failed: list[Failed]) -> None:
        if completed or len(failed) != 1:
            raise Mismatch(f"{len(completed)} commands succeeded and {len(failed)} failed where one should fail")
        error = failed[0].error
        if not isinstance(error, CommandError):
            raise Mismatch(f"failed with {error!r}")
        if error.code != step["error"]:
            raise Mismatch(f"error code {error.code!r}, not {step['error']!r}")
        if "error_text" in step and error.text != step["error_text"]:
            raise Mismatch(f"error text {error.text!r}, not {step['error_text']!r}")
        if "reply" in step:
            self._check_reply(step["reply"], [Completed(failed[0].ticket, error.reply)])

    def _check_deferred(self, step: dict[str, Any], completed: list[Completed]) -> None:
        wanted = step["deferred"]
        if len(completed) != len(wanted):
            raise Mismatch(f"{len(completed)} deferred values, not {len(wanted)}")
        for done, expected in zip(completed, wanted, strict=True):
            if done.ticket.request.name.upper() != expected["name"].upper():
                raise Mismatch(f"value of {done.ticket.request.name}, not of {expected['name']}")
            self._check_reply({key: value for key, value in expected.items() if key != "name"}, [done])

    def _check_reply(self, expected: dict[str, Any], completed: list[Completed]) -> None:
        if len(completed) != 1:
            raise Mismatch(f"{len(completed)} commands ended, not one")
        done = completed[0]
        if isinstance(done.ticket.request.reply, RawReply):
            return
        value = done.reply
        got = plain(value)
        if not isinstance(got, dict):
            label = getattr(done.ticket.request.reply, "label", "usage")
            got = {label: got}
        for found in differences(expected, got):
            raise Mismatch(found)


def _written(out: Sequence[Outcome]) -> list[bytes]:
    return [o.data for o in out if isinstance(o, Write)]


def replay(exchange: Exchange) -> int:
    """Replay one exchange in all splits; return how many of its steps ran with an undeclared command.

    :raises Mismatch: when something differs; the text says what.
    """
    dialect = find_dialect(exchange.dialect)
    raw = 0
    for split in range(SPLITS + 2):
        player = _Player(dialect, exchange, split)
        try:
            player.run()
        except Mismatch as error:
            how = {0: "whole", 1: "byte by byte"}.get(split, f"split {split}")
            raise Mismatch(f"{error} [{how}]") from None
        raw = player.raw
    return raw


def report(paths: Sequence[Path]) -> Report:
    """Replay all exchanges of some files."""
    failures: list[str] = []
    passed = raw = 0
    for path in paths:
        for exchange in load(path):
            if not exchange.for_client:
                continue
            try:
                raw += replay(exchange)
                passed += 1
            except Mismatch as error:
                failures.append(f"{exchange.dialect} {exchange.name}: {error}")
    return Report(failures, passed, raw)


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the files named on the command line; return 1 if any exchange failed."""
    paths = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    found = report(paths)
    for line in found.failures:
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        f"{found.passed} passed, {len(found.failures)} failed, {found.raw} steps with undeclared commands\n"
    )
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
