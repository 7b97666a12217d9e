"""Events of three fields, each line different, typed and read by ``async for``.

The peer is ``asyncio.StreamReader.readline`` followed by decoding written by hand into the same class.
"""

from __future__ import annotations

import asyncio
import re
import time

from atmodem.link import memory_pair
from atmodem.modem.engine import Engine
from atmodem.modem.hub import EventHub, Subscription
from atmodem.wire.codecs import Int, Quoting, Text
from atmodem.wire.command import Form
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, event, value
from atmodem.wire.grammar import Fence, Grammar, LineEnd, Recovery
from atmodem.wire.outcomes import Outcome
from atmodem.wire.syntax import Syntax
from atmodem.wire.vocabulary import Vocabulary

from .samples import compare

COUNT = 100_000
CHUNK = 1024


@event("+REPORT:<link>,<length>,<name>", name="REPORT")
class Report(Event):
    """A report with three fields."""

    link: int = value(Int())
    length: int = value(Int())
    name: str = value(Text(Quoting.ALWAYS))


GRAMMAR = Grammar(
    syntax=Syntax(),
    terminator=b"\r\n",
    forms={Form.EXECUTE: ""},
    line_limit=256,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+?([A-Za-z]+):(.*)", re.DOTALL),
    success=re.compile(rb"OK"),
    failure=re.compile(rb"ERROR"),
    recovery=Recovery(fences=(Fence(b"AT\r\n", re.compile(rb"OK"), b"OK\r\n"),)),
)
LINES = b"".join(b'+REPORT:%d,%d,"name %d"\r\n' % (i % 5, i * 7, i) for i in range(COUNT))
CHUNKS = [LINES[start : start + CHUNK] for start in range(0, len(LINES), CHUNK)]


async def ours() -> float:
    """Return events a second through dialogue, engine, hub and subscription."""
    hub = EventHub()
    link, _ = memory_pair()

    def publish(outcome: Outcome) -> None:
        if isinstance(outcome, Event):
            hub.publish(outcome)

    engine = Engine(link, Dialogue(Vocabulary(GRAMMAR, [], [Report])), publish, lambda cause: None)

    async def feed() -> None:
        for chunk in CHUNKS:
            engine.link_received(chunk)
            await asyncio.sleep(0)

    count = 0
    async with Subscription(hub, (Report,), COUNT) as reports:
        began = time.perf_counter()
        feeder = asyncio.create_task(feed())
        async for _ in reports:
            count += 1
            if count == COUNT:
                break
        seconds = time.perf_counter() - began
        await feeder
    engine.stop()
    return COUNT / seconds


async def by_hand() -> float:
    """Return events a second through a stream reader and decoding by hand."""
    reader = asyncio.StreamReader()

    async def feed() -> None:
        for chunk in CHUNKS:
            reader.feed_data(chunk)
            await asyncio.sleep(0)
        reader.feed_eof()

    count = 0
    began = time.perf_counter()
    feeder = asyncio.create_task(feed())
    while line := await reader.readline():
        if line.startswith(b"+REPORT:"):
            link, length, name = line[8:-2].split(b",", 2)
            Report(link=int(link), length=int(length), name=name[1:-1].decode())
            count += 1
    seconds = time.perf_counter() - began
    await feeder
    assert count == COUNT
    return COUNT / seconds


async def measure() -> None:
    """Print the ratio."""
    mine, other = await compare(ours, by_hand, rounds=5)
    print(
        f"events: {mine / 1e3:.0f} k/s typed and by async for, {other / 1e3:.0f} k/s by readline and by hand: "
        f"{mine / other:.2f} times (target: 1.00 or more)"
    )


if __name__ == "__main__":
    asyncio.run(measure())
