"""One command and its reply over a pty.

The peer is pyserial-asyncio's stream pair with ``write`` and ``readuntil`` on the same kind of pty.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import threading
import time
import tty

import serial_asyncio

from atmodem.link import open_link
from atmodem.modem.engine import Engine
from atmodem.wire.command import Raw
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.vocabulary import Vocabulary

from .events import GRAMMAR
from .samples import compare

COUNT = 2000
REPLY = b"\r\nOK\r\n"


class _Answerer:
    """A thread that answers each line on one end of a pty."""

    def __init__(self) -> None:
        self._end, other = os.openpty()
        tty.setraw(self._end)
        tty.setraw(other)
        self.path = os.ttyname(other)
        self._other = other
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        held = b""
        while True:
            try:
                held += os.read(self._end, 4096)
            except OSError:
                return
            while b"\r\n" in held:
                _, held = held.split(b"\r\n", 1)
                os.write(self._end, REPLY)

    def close(self) -> None:
        os.close(self._other)
        os.close(self._end)


async def ours() -> float:
    """Return the median seconds of a round trip through engine and dialogue."""
    answerer = _Answerer()
    link = await open_link(answerer.path)
    vocabulary = Vocabulary(GRAMMAR, [], [])
    engine = Engine(link, Dialogue(vocabulary), lambda outcome: None, lambda cause: None)
    link.start(engine)
    times = []
    for _ in range(COUNT):
        began = time.perf_counter()
        _, future = engine.submit(vocabulary.request(Raw(b"AT", "AT")))
        await future
        times.append(time.perf_counter() - began)
    engine.stop()
    await link.aclose()
    answerer.close()
    return statistics.median(times)


async def bare() -> float:
    """Return the median seconds of a round trip with write and readuntil."""
    answerer = _Answerer()
    reader, writer = await serial_asyncio.open_serial_connection(url=answerer.path, baudrate=115200)
    times = []
    for _ in range(COUNT):
        began = time.perf_counter()
        writer.write(b"AT\r\n")
        await reader.readuntil(b"OK\r\n")
        times.append(time.perf_counter() - began)
    writer.close()
    await asyncio.sleep(0)
    answerer.close()
    return statistics.median(times)


async def measure() -> None:
    """Print the ratio."""
    mine, other = await compare(ours, bare, rounds=5)
    print(
        f"round trip over a pty: {mine * 1e6:.0f} µs, {other * 1e6:.0f} µs by write and readuntil: "
        f"{mine / other:.2f} times (target: 1.35 or less)"
    )


if __name__ == "__main__":
    asyncio.run(measure())
