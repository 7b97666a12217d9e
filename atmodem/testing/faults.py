"""A link that goes wrong as told, to test what stands on it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from random import Random

import attrs

from ..errors import InvalidArgument, LinkError, LinkLost
from ..link import Link, LinkReceiver

__all__ = ["FaultCount", "Faults", "FaultyLink"]

#: Bytes held back by delay or stall above which the sender is held back too.
_HELD_LIMIT = 65536


def _check_probability(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidArgument(attribute.name, "from 0 to 1")


def _check_seconds(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not value >= 0:
        raise InvalidArgument(attribute.name, "0 or more seconds")


def _check_count(_: object, attribute: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 0:
        raise InvalidArgument(attribute.name, "None, or 0 or more bytes")


def _check_piece(_: object, attribute: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 1:
        raise InvalidArgument(attribute.name, "None, or 1 or more bytes")


@attrs.frozen(kw_only=True)
class Faults:
    """What goes wrong in one direction of a :class:`FaultyLink`. Without arguments, nothing does.

    Which bytes are hit depends on the seed and on their place in the stream, never on how the stream is cut.

    :param drop: probability, from 0 to 1, that a byte is lost.
    :param double: probability that a byte comes twice.
    :param corrupt: probability that one bit of a byte is turned. The three together are at most 1.
    :param delay: seconds that a piece is held back at most; how long, chance decides. The order stays.
    :param cut_to: number of bytes in the largest piece that is passed on at once; 1 passes every byte by itself.
    :param stall_after: number of bytes after which nothing passes any more, until ``stall_for`` has gone by or
        :meth:`FaultyLink.resume` is called; None for never. What comes meanwhile is held back, not lost.
    :param stall_for: seconds that this stall lasts.
    :param hang_up_after: number of bytes after which the link hangs up; None for never.
    :raises InvalidArgument: a value is out of range.
    """

    drop: float = attrs.field(default=0.0, validator=_check_probability)
    double: float = attrs.field(default=0.0, validator=_check_probability)
    corrupt: float = attrs.field(default=0.0, validator=_check_probability)
    delay: float = attrs.field(default=0.0, validator=_check_seconds)
    cut_to: int | None = attrs.field(default=None, validator=_check_piece)
    stall_after: int | None = attrs.field(default=None, validator=_check_count)
    stall_for: float = attrs.field(default=math.inf, validator=_check_seconds)
    hang_up_after: int | None = attrs.field(default=None, validator=_check_count)

    def __attrs_post_init__(self) -> None:
        if self.drop + self.double + self.corrupt > 1:
            raise InvalidArgument("drop, double and corrupt", "at most 1 together")


#: What a direction has that is not told otherwise.
NO_FAULTS = Faults()


@attrs.define
class FaultCount:
    """What went wrong so far in one direction of a :class:`FaultyLink`.

    :param dropped: bytes lost.
    :param doubled: bytes that came twice.
    :param corrupted: bytes with a bit turned.
    """

    dropped: int = 0
    doubled: int = 0
    corrupted: int = 0


#: In the queue of a lane: bytes to pass on, or something that happens between them.
_Item = bytes | Callable[[], None]


class _Lane:
    """One direction: takes bytes in, and passes on in time what its faults leave of them."""

    def __init__(
        self,
        faults: Faults,
        seed: str,
        *,
        emit: Callable[[bytes], None],
        hang_up: Callable[[], None],
        hold: Callable[[], None],
        release: Callable[[], None],
    ) -> None:
        self.count = FaultCount()
        self.idle = asyncio.Event()
        self.idle.set()
        self._faults = faults
        self._emit = emit
        self._hold, self._release = hold, release
        self._loop = asyncio.get_running_loop()
        self._bytes, self._times = Random(f"{seed} bytes"), Random(f"{seed} times")
        self._position = 0
        marks: list[tuple[int | None, Callable[[], None]]] = [
            (faults.stall_after, self._stall_for_a_while),
            (faults.hang_up_after, hang_up),
        ]
        self._marks = deque(sorted(((at, action) for at, action in marks if at is not None), key=itemgetter(0)))
        self._queue: deque[tuple[float, _Item]] = deque()
        self._size = 0
        self._holding = self._paused = self._stalled = False
        self._next: asyncio.TimerHandle | None = None
        self._stall_end: asyncio.TimerHandle | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        while True:
            while self._marks and self._marks[0][0] == self._position:
                self._append(self._marks.popleft()[1])
            if not data:
                break
            end = self._marks[0][0] - self._position if self._marks else len(data)
            part, data = data[:end], data[end:]
            self._position += len(part)
            part = self._spoiled(part)
            step = self._faults.cut_to or len(part) or 1
            for start in range(0, len(part), step):
                self._append(part[start : start + step])
        self._flow()

    def end(self, action: Callable[[], None]) -> None:
        """Call *action* once everything held back has passed; a stall does not outlast the line."""
        self._append(action)
        self.resume()

    def pause(self) -> None:
        self._paused = True
        self._balance()

    def unpause(self) -> None:
        self._paused = False
        self._loop.call_soon(self._flow)

    def stall(self) -> None:
        self._stalled = True

    def resume(self) -> None:
        self._stalled = False
        self._flow()

    def clear(self) -> None:
        """Forget all that is held back."""
        for timer in (self._next, self._stall_end):
            if timer is not None:
                timer.cancel()
        self._marks.clear()
        self._queue.clear()
        self._size = 0
        self.idle.set()
        self._balance()

    def _append(self, item: _Item) -> None:
        due = 0.0
        if self._faults.delay:
            due = self._loop.time() + self._times.uniform(0, self._faults.delay)
        self._queue.append((due, item))
        self._size += len(item) if isinstance(item, bytes) else 0
        self.idle.clear()

    def _spoiled(self, data: bytes) -> bytes:
        faults, count = self._faults, self.count
        drop = faults.drop
        double = drop + faults.double
        corrupt = double + faults.corrupt
        if not corrupt:
            return data
        spoiled = bytearray()
        for byte in data:
            chance = self._bytes.random()
            if chance < drop:
                count.dropped += 1
            elif chance < double:
                count.doubled += 1
                spoiled += bytes((byte, byte))
            elif chance < corrupt:
                count.corrupted += 1
                spoiled.append(byte ^ 1 << self._bytes.randrange(8))
            else:
                spoiled.append(byte)
        return bytes(spoiled)

    def _flow(self) -> None:
        while self._queue and not self._stalled and not self._paused:
            due, item = self._queue[0]
            if due > self._loop.time():
                self._flow_at(due)
                break
            self._queue.popleft()
            if isinstance(item, bytes):
                self._size -= len(item)
                self._emit(item)
            else:
                item()
        if not self._queue:
            self.idle.set()
        self._balance()

    def _flow_at(self, due: float) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = self._loop.call_at(due, self._flow)

    def _stall_for_a_while(self) -> None:
        self.stall()
        if math.isfinite(self._faults.stall_for):
            self._stall_end = self._loop.call_later(self._faults.stall_for, self.resume)

    def _balance(self) -> None:
        """Hold the sender back while this lane is paused or full."""
        wanted = self._paused or self._size > _HELD_LIMIT
        if wanted != self._holding:
            self._holding = wanted
            (self._hold if wanted else self._release)()


class FaultyLink(Link):
    """A link that passes everything on to another one, with faults.

    Given the same seed, the same bytes are hit in every run. Closing it drops what is held back.

    :param link: the link to spoil; it is started and closed through this one.
    :param seed: any integer.
    :param sent: what happens to bytes on their way to the module.
    :param received: what happens to bytes on their way from the module.
    """

    def __init__(self, link: Link, *, seed: int, sent: Faults = NO_FAULTS, received: Faults = NO_FAULTS) -> None:
        self.url: str = link.url
        self._link = link
        self._receiver: LinkReceiver | None = None
        self._over = False
        self._cause: LinkError | None = None  # not told yet
        self._closing: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._sent = _Lane(
            sent,
            f"{seed} sent",
            emit=link.write,
            hang_up=self.hang_up,
            hold=self._room.clear,
            release=self._room.set,
        )
        self._received = _Lane(
            received,
            f"{seed} received",
            emit=self._pass_on,
            hang_up=self.hang_up,
            hold=link.pause_reading,
            release=link.resume_reading,
        )

    @property
    def sent_faults(self) -> FaultCount:
        """What went wrong so far on the way to the module."""
        return self._sent.count

    @property
    def received_faults(self) -> FaultCount:
        """What went wrong so far on the way from the module."""
        return self._received.count

    def stall(self) -> None:
        """Let nothing pass any more, in either direction, until :meth:`resume`."""
        self._sent.stall()
        self._received.stall()

    def resume(self) -> None:
        """End every stall: what was held back passes."""
        self._sent.resume()
        self._received.resume()

    def hang_up(self) -> None:
        """Lose the link now: close the one below, and tell the receiver. What is held back is lost."""
        self._lose(LinkLost(f"{self.url} hung up as told", url=self.url))

    def start(self, receiver: LinkReceiver) -> None:
        self._receiver = receiver
        self._link.start(_Tap(self._received, self._lose))
        self._sent.feed(b"")
        self._received.feed(b"")
        asyncio.get_running_loop().call_soon(self._tell)

    def write(self, data: bytes) -> None:
        if not self._over:
            self._sent.feed(data)

    async def drain(self) -> None:
        await self._room.wait()
        await self._link.drain()

    def pause_reading(self) -> None:
        self._received.pause()

    def resume_reading(self) -> None:
        self._received.unpause()

    async def set_baudrate(self, baudrate: int) -> None:
        await self._sent.idle.wait()
        await self._link.set_baudrate(baudrate)

    async def aclose(self) -> None:
        self._cause = None
        self._end()
        await self._link.aclose()

    def _pass_on(self, data: bytes) -> None:
        if self._receiver is not None and not self._over:
            self._receiver.link_received(data)

    def _lose(self, cause: LinkError) -> None:
        if not self._over:
            self._end()
            self._cause = cause
            loop = asyncio.get_running_loop()
            self._closing = loop.create_task(self._link.aclose(), name=f"atmodem[{self.url}].hang-up")
            loop.call_soon(self._tell)

    def _tell(self) -> None:
        if self._receiver is not None and self._cause is not None:
            cause, self._cause = self._cause, None
            self._receiver.link_lost(cause)

    def _end(self) -> None:
        self._over = True
        self._sent.clear()
        self._received.clear()


@attrs.frozen
class _Tap:
    """Takes what the link below receives."""

    lane: _Lane
    lose: Callable[[LinkError], None]

    def link_received(self, data: bytes) -> None:
        self.lane.feed(data)

    def link_lost(self, cause: LinkError) -> None:
        self.lane.end(partial(self.lose, cause))
