"""A virtual Air602 on a bench: its time stands still until it is moved, and its far ends are scripted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atmodem.dialects.air602.device import Virtual
from atmodem.link import Link
from atmodem.virtual.air import AccessPoint, Air
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.echo_broker import EchoBroker
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork

HOST = "127.0.0.1"
BROKER = 1883
OK = b"+OK\r\n\r\n"


def errs(code: int) -> bytes:
    return b"+ERR=%d\r\n\r\n" % code


class Bench:
    """A module on a manual clock, on a network without a host; what it prints is kept."""

    def __init__(self, **options: object) -> None:
        self.clock = ManualClock()
        self.network = SimulatedNetwork(frozenset({81}), {BROKER: lambda far: EchoBroker(far, self.clock)})
        self.tap = Tap()
        self.air = Air([AccessPoint(ssid="lab", password="12345678", bssid="02:00:5e:00:00:01")], names={"peer": HOST})
        made = {"air": self.air, "clock": self.clock, "network": self.network, **options}
        self.module = Virtual(**made)  # type: ignore[arg-type]  # options of a test

    async def settle(self) -> bytes:
        for _ in range(12):
            await asyncio.sleep(0)
        said = bytes(self.tap.printed)
        self.tap.printed.clear()
        return said

    async def hear(self, data: bytes, seconds: float = 0.0) -> bytes:
        """Let the module receive *data* and time go by; return what it prints."""
        self.module.link_received(data)
        return await self.settle() + (await self.rest(seconds) if seconds else b"")

    async def rest(self, seconds: float) -> bytes:
        said = b""
        end = self.clock.time() + seconds
        while (due := self.clock.due) is not None and due <= end:
            self.clock.advance_to(due)
            said += await self.settle()
        self.clock.advance_to(end)
        return said + await self.settle()

    async def ask(self, text: str) -> bytes:
        return await self.hear(text.encode() + b"\r", 0.3)

    async def join(self) -> None:
        for line in ("AT+SSID=!lab", "AT+KEY=!1,0,12345678"):
            assert await self.ask(line) == OK
        assert (await self.ask("AT+WJOIN")).startswith(b"+OK=02005e000001,")

    async def open(self, port: int = 7) -> FarEnd:
        assert (await self.ask(f"AT+SKCT=0,0,peer,{port}")).startswith(b"+OK=")
        return self.network.far_ends[-1]


class Tap(Link):
    """The host's side of the line."""

    url = "tap://"

    def __init__(self) -> None:
        self.printed = bytearray()
        self.paused = False

    def start(self, receiver: object) -> None:
        """Nothing comes from here."""

    def write(self, data: bytes) -> None:
        self.printed += data

    async def drain(self) -> None:
        """All is kept."""

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    async def aclose(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def bench(*, joined: bool = False, **options: object) -> AsyncIterator[Bench]:
    made = Bench(**options)
    made.module.attach(made.tap)
    async with made.module:
        assert await made.rest(0.1) == b"ready\r\n"
        if joined:
            await made.join()
        yield made
