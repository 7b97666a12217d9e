"""Cuts received bytes into lines, prompts, counted blocks, echo and garbage.

Nothing but the bytes and the context decides where a cut goes, never how they were split into reads. A message starts
behind a line end, a block, a prompt or an echo, and nowhere else; there, in this order, the lexer looks for the rest
of an echo, a prompt that is awaited, a header of counted data, and a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Literal

from attrs import frozen

from .buffer import ReceiveBuffer
from .counted import LONGEST_HEADER, Block, Candidate, Header
from .cutting import Cuts, Opened
from .event import Event
from .grammar import LineEnd
from .vocabulary import Vocabulary

__all__ = ["Answer", "EchoSeen", "EventBlock", "Garbage", "Lexer", "Mark", "Token"]

_NAME = re.compile(rb"\+?([A-Za-z0-9_]*)")
_ENDS = b"\r\n"


class Mark(Enum):
    """Tokens without content."""

    PROMPT = "prompt"
    BLANK = "blank"


@frozen
class EchoSeen:
    """A whole command came back."""

    count: int


@frozen
class Garbage:
    """Bytes that cannot be a message of this dialect.

    :param fault: the module broke its own rules; else the bytes are merely unknown.
    """

    data: bytes
    reason: str
    fault: bool = True


@frozen
class EventBlock:
    """Counted data that are an event."""

    block: Block
    cls: type[Event]

    def event(self) -> Event:
        """Return the event."""
        header, values = self.block.header, self.block.values
        short = {"short": True} if self.block.short else {}
        return self.cls(**values, **{header.data: header.decoded(values, self.block.data)}, **short)


@frozen
class Answer:
    """A header of counted data that answers a command.

    :param limit: most bytes that it may announce.
    """

    header: Header
    limit: int


Token = bytes | Mark | EchoSeen | Garbage | EventBlock | Block


@frozen
class _Known:
    header: Header
    cls: type[Event] | None
    limit: int


class Lexer:
    """Cuts bytes into tokens; a plain ``bytes`` token is a line without its end.

    :param vocabulary: the dialect's commands and events.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._grammar = vocabulary.grammar
        self._buffer = ReceiveBuffer()
        self._cuts = Cuts(vocabulary)
        self._events = [_Known(h.header, h.cls, h.header.codec.maximum) for h in vocabulary.headers]
        self._event_names = _by_name(self._events)
        self._by_name = self._event_names
        #: A prompt counts as such.
        self.prompt: bool = False
        #: Empty lines are told.
        self.blanks: bool = False
        self._echo = b""
        self._echoed = 0
        self._open: tuple[_Known, Candidate, bytearray] | None = None
        self._trailer_due = False
        self._skipping = False
        self._behind_prompt = False

    # Context

    def answers(self, answers: Sequence[Answer]) -> None:
        """Set the headers that may answer the commands in progress."""
        if not answers:
            self._by_name = self._event_names
            return
        limits: dict[Header, int] = {}
        for answer in answers:
            # Commands of one name share a header; whose block it is shows only in its values.
            limits[answer.header] = max(answer.limit, limits.get(answer.header, 0))
        self._by_name = _by_name([*(_Known(header, None, limit) for header, limit in limits.items()), *self._events])

    def expect_echo(self, line: bytes) -> None:
        """Take *line* for echo when it comes back; line ends in it are free."""
        self._echo = line.translate(None, _ENDS)
        self._echoed = 0

    def forget_echo(self) -> None:
        """Stop looking for an echo."""
        self._echo = b""
        self._echoed = 0

    @property
    def at_start(self) -> bool:
        """No message is half received, so that writing cannot fall into one."""
        return self._open is None and not len(self._buffer) and not self._skipping

    @property
    def incomplete(self) -> bool:
        """Bytes wait for others to come."""
        return not self.at_start

    # Bytes

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._buffer.append(data)

    def burst(self) -> list[Event]:
        """Return the events of a run that stands at the start of what is held, where nothing else is awaited."""
        if self._open is not None or self._echo or self.prompt or self.blanks or self._skipping or self._trailer_due:
            return []
        buffer = self._buffer
        events, buffer.position = self._vocabulary.bursts.read(buffer.data, buffer.position)
        return events

    def next(self) -> Token | None:
        """Return the next token, or None until more bytes come."""
        if self._open is not None:
            return self._fill()
        buffer = self._buffer
        while True:
            if self._skipping:
                garbage = self._skip()
                if garbage is None or garbage.data:
                    return garbage
            if self._trailer_due and len(buffer):
                self._trailer_due = False
                if buffer.data[buffer.position] not in _ENDS:
                    self._skipping = True
                    continue
            if self.blanks:
                mark = self._blank()
                if mark is not None or not len(buffer):
                    return mark
            elif not self._to_content():
                return None
            if self._echo:
                seen = self._match_echo()
                if seen is None or isinstance(seen, EchoSeen):
                    return seen
            if self.prompt and buffer.data[buffer.position] == 0x3E:
                buffer.take(1)
                self._behind_prompt = True
                return Mark.PROMPT
            return self._message()

    def give_up(self) -> Token | None:
        """Return what is held of a message whose rest does not come: a short block, or the bytes as they are."""
        if self._open is not None:
            known, candidate, held = self._open
            if self._cuts.was_cut(Opened(known.header, candidate.length, bytes(held))):
                return self._shorten()
            self._open = None
            return self._block(known, candidate, bytes(held), short=len(held) < candidate.length)
        if not len(self._buffer):
            self._skipping = False
            return None
        chosen = None if self._skipping else self._ambiguous(waiting=False)
        self._skipping = False
        if chosen is not None:
            return chosen
        return Garbage(self._buffer.take_all(), "incomplete line", fault=False)

    def take_all(self) -> bytes:
        """Remove and return everything that is held, for a stream that begins here."""
        self._behind_prompt = False
        return self._buffer.take_all()

    def reset(self) -> None:
        """Forget the context and any half-received block: the module has started anew."""
        self._open = None
        self._trailer_due = self._behind_prompt = self._skipping = False
        self.prompt = self.blanks = False
        self.forget_echo()
        self.answers(())

    # Message starts

    def _to_content(self) -> bool:
        buffer = self._buffer
        data, position, size = buffer.data, buffer.position, len(buffer.data)
        while position < size and (data[position] in _ENDS or (self._behind_prompt and data[position] == 0x20)):
            position += 1
        buffer.position = position
        if position < size:
            self._behind_prompt = False
            return True
        return False

    def _blank(self) -> Mark | None:
        buffer = self._buffer
        head = buffer.data[buffer.position : buffer.position + 2]
        if head == b"\r\n":
            buffer.take(2)
            return Mark.BLANK
        if head[:1] == b"\n":
            buffer.take(1)
            return self._blank()
        return None

    def _match_echo(self) -> EchoSeen | Literal[False] | None:
        """Match the echo: EchoSeen when it is whole, None to wait, False when no echo stands here."""
        buffer, echo = self._buffer, self._echo
        data, size = buffer.data, len(buffer.data)
        index, matched = buffer.position, self._echoed
        rest = echo[matched:]
        held = data[index : index + len(rest)]
        if rest.startswith(held):
            # Nothing stands between: the usual case, also of a long line that comes byte by byte.
            if len(held) < len(rest):
                return None
            self.forget_echo()
            return EchoSeen(len(buffer.take(len(rest))))
        places = {index: matched}
        while index < size:
            byte = data[index]
            if byte in _ENDS:
                index += 1
            elif byte == echo[matched]:
                index += 1
                matched += 1
                if matched == len(echo):
                    self.forget_echo()
                    return EchoSeen(len(buffer.take(index - buffer.position)))
            else:
                return self._cut_echo(index, matched, places)
            places[index] = matched
        if index - buffer.position > len(echo) + self._grammar.longest_line:
            # Line ends without end are no echo.
            self.forget_echo()
            return False
        return None

    def _cut_echo(self, mismatch: int, matched: int, places: dict[int, int]) -> EchoSeen | Literal[False] | None:
        """Look for an event that cuts the echo at the mismatch, or that begins like it a little before."""
        buffer = self._buffer
        if mismatch == buffer.position:
            return False
        places[mismatch] = matched
        for start in range(mismatch, buffer.position, -1):
            begins = self._vocabulary.starts_event(buffer.data[start : start + 64])
            if begins is None:
                return None
            if begins:
                self._echoed = places[start]
                buffer.take(start - buffer.position)
                return False
        if not self._vocabulary.starts_event(buffer.data[buffer.position : buffer.position + 64]):
            self.forget_echo()
        return False

    def _line_end(self) -> tuple[int, int]:
        """Return where the line ends and where the next one begins, or (-1, -1)."""
        end = self._grammar.line_end
        if end is LineEnd.EITHER:
            index = self._buffer.find_either()
            return index, index + 1
        index = self._buffer.find(end.value)
        return index, index + len(end.value)

    def _message(self) -> Token | None:
        buffer = self._buffer
        end, following = self._line_end()
        name = _NAME.match(buffer.data, buffer.position)
        known = self._by_name.get(name[1].upper()) if name is not None else None
        if known:
            token = self._header(known, end)
            if token is not False:
                return token
        longest = self._grammar.longest_line
        if end - buffer.position > longest or (end < 0 and len(buffer) >= longest + 2):
            self._skipping = True
            return self._skip()
        if end < 0:
            return None
        line = buffer.data[buffer.position : end]
        buffer.position = following
        return line.rstrip(_ENDS)

    def _header(self, known: Sequence[_Known], end: int) -> Token | Literal[False] | None:
        """Try the headers of one name; False when none stands here, None to wait."""
        buffer = self._buffer
        size = len(buffer.data)
        for one in known:
            header = one.header
            limit = size if header.whole or end < 0 else end
            if header.whole and end >= 0 and size < end + 4 and b"\r\n\r\n".startswith(buffer.data[end:]):
                return None
            candidates = header.candidates(buffer.data, buffer.position, limit)
            if not candidates:
                continue
            if header.ambiguous:
                return self._ambiguous(waiting=True)
            candidate = candidates[0]
            if not 0 <= candidate.length <= one.limit:
                return self._too_long(candidate, one.limit)
            buffer.position = candidate.start
            self._open = (one, candidate, bytearray())
            return self._fill()
        if end < 0 and size - buffer.position <= LONGEST_HEADER:
            return None
        return False

    def _too_long(self, candidate: Candidate, limit: int) -> Garbage:
        header = self._buffer.take(candidate.start - self._buffer.position)
        self._skipping = True
        return Garbage(header, f"count of {candidate.length}, at most {limit} can be")

    def _ambiguous(self, *, waiting: bool) -> Token | None:
        """Choose among the ways to read a header with free text: the first that the trailer follows."""
        buffer = self._buffer
        name = _NAME.match(buffer.data, buffer.position)
        known = self._by_name.get(name[1].upper(), ()) if name is not None else ()
        end, _ = self._line_end()
        size = len(buffer.data)
        for one in known:
            header = one.header
            if not header.ambiguous:
                continue
            candidates = header.candidates(buffer.data, buffer.position, size if header.whole or end < 0 else end)
            fitting = [c for c in candidates if 0 <= c.length <= one.limit]
            # While the header may still go on, a better candidate may come.
            undecided = waiting and header.free and end < 0 and size - buffer.position <= LONGEST_HEADER
            if candidates and not fitting:
                return None if undecided else self._too_long(candidates[0], one.limit)
            trailer = header.codec.trailer
            whole: Candidate | None = None
            for candidate in fitting:
                stop = candidate.start + candidate.length
                if header.codec.stray_blank and buffer.data[candidate.start - 1 : candidate.start] not in (b",", b" "):
                    continue
                if stop + trailer.size > size:
                    if waiting:
                        return None
                    if stop <= size and whole is None:
                        whole = candidate
                    continue
                if trailer.follows(buffer.data, stop):
                    return self._cut(one, candidate)
                whole = whole or candidate
            if whole is not None:
                return None if undecided else self._cut(one, whole)
        return None

    def _cut(self, known: _Known, candidate: Candidate) -> Token:
        data = self._buffer.data[candidate.start : candidate.start + candidate.length]
        self._buffer.position = candidate.start + candidate.length
        self._trailer_due = known.header.codec.trailer.certain
        return self._block(known, candidate, data, short=False)

    def _fill(self) -> Token | None:
        assert self._open is not None
        known, candidate, held = self._open
        buffer, due, may_be_cut = self._buffer, candidate.length, known.header.codec.cut is not None
        if may_be_cut:
            due = self._cuts.length(known.header, due)
        held += buffer.take(due - len(held))
        if len(held) < due:
            return None
        if may_be_cut and due == candidate.length:
            cut = self._cuts.is_cut(Opened(known.header, due, bytes(held)), buffer.data[buffer.position :])
            if cut is not False:
                return self._shorten() if cut else None
        self._open = None
        self._trailer_due = known.header.codec.trailer.certain
        return self._block(known, candidate, bytes(held), short=due < candidate.length)

    def _shorten(self) -> Token:
        """Return an open block as far as it came before it was cut; the rest of what is held is looked at anew."""
        assert self._open is not None
        known, candidate, held = self._open
        self._open = None
        due = self._cuts.length(known.header, candidate.length)
        self._buffer.put_back(bytes(held[due:]))
        return self._block(known, candidate, bytes(held[:due]), short=True)

    def _block(self, known: _Known, candidate: Candidate, data: bytes, *, short: bool) -> Token:
        block = Block(known.header, candidate.values, data, short)
        return block if known.cls is None else EventBlock(block, known.cls)

    def _skip(self) -> Garbage | None:
        """Drop bytes up to the next line end, told as garbage piece by piece."""
        end, following = self._line_end()
        buffer = self._buffer
        longest = self._grammar.longest_line
        if end - buffer.position > longest or (end < 0 and len(buffer) >= longest + 2):
            return Garbage(buffer.take(longest), "out of step")
        if end < 0:
            return None
        self._skipping = False
        return Garbage(buffer.take(following - buffer.position).rstrip(_ENDS), "out of step")


def _by_name(known: Sequence[_Known]) -> dict[bytes, list[_Known]]:
    found: dict[bytes, list[_Known]] = {}
    for one in known:
        found.setdefault(one.header.name, []).append(one)
    return found
