"""A virtual MXCHIP module on a bench: its time stands still until it is moved, and its far ends are scripted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atmodem.dialects.mxchip.device import Virtual
from atmodem.virtual.air import AccessPoint, Air
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.echo_broker import EchoBroker
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork
from tests.virtual.air602_bench import Tap
from tests.virtual.host import Host

HOST = "127.0.0.1"
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
UP = b"\r\n+WEVENT:STATION_UP\r\n"
DOWN = b"\r\n+WEVENT:STATION_DOWN\r\n"
REFUSED, BROKER = 81, 1883


def link_event(text: str) -> bytes:
    return b"\r\n+CIPEVENT:%b\r\n" % text.encode()


def value(text: str) -> bytes:
    """Return the answer with one line of values."""
    return b"\r\n+%b\r\nOK\r\n" % text.encode()


class Bench:
    """A module on a manual clock, on a network without a host; what it prints is kept."""

    def __init__(self, **options: object) -> None:
        self.clock = ManualClock()
        self.network = SimulatedNetwork(frozenset({REFUSED}), {BROKER: lambda far: EchoBroker(far, self.clock)})
        self.tap = Tap()
        point = AccessPoint(ssid="lab", password="12345678", bssid="02:00:5e:00:00:01")
        self.air = Air([point], names={"peer": HOST, "broker": HOST})
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
        said = await self.settle()
        end = self.clock.time() + seconds
        while (due := self.clock.due) is not None and due <= end:
            self.clock.advance_to(due)
            said += await self.settle()
        self.clock.advance_to(end)
        return said + await self.settle()

    async def ask(self, text: str) -> bytes:
        return await self.hear(text.encode() + b"\r", 0.3)

    async def join(self) -> None:
        assert await self.ask("AT+WJAP=lab,12345678") == OK + UP

    async def open(self, number: int = 0, port: int = 7) -> FarEnd:
        assert await self.ask(f"AT+CIPSTART={number},tcp_client,peer,{port}") == OK + link_event(
            f"{number},SERVER,CONNECTED"
        )
        return self.network.far_ends[-1]

    async def send(self, line: str, data: bytes) -> bytes:
        """Send data behind a prompt."""
        assert await self.hear(line.encode() + b"\r") == b">"
        return await self.hear(data, 0.3)


@asynccontextmanager
async def bench(*, joined: bool = False, **options: object) -> AsyncIterator[Bench]:
    """Run a module with its echo off."""
    made = Bench(**options)
    made.module.attach(made.tap)
    async with made.module:
        assert await made.ask("AT+UARTE=OFF") == b"AT+UARTE=OFF" + OK
        if joined:
            await made.join()
        yield made


class MxHost(Host):
    """Sends bytes to a module that lives by the event loop's time."""

    async def ask(self, line: bytes) -> bytes:
        self.send(line + b"\r")
        answer = b""
        while not answer.endswith((b"\r\nOK\r\n", ERROR)):
            answer += await self.until(b"\r\n")
        return answer

    async def next_event(self) -> bytes:
        """Return the next event line."""
        await self.until(b"+")
        return (await self.until(b"\r\n"))[:-2]


@asynccontextmanager
async def online(**options: object) -> AsyncIterator[tuple[Virtual, MxHost]]:
    """Run a module on this host that has joined the network."""
    async with Virtual(**options) as device:
        host = MxHost(device.open_link())
        assert await host.ask(b"AT+UARTE=OFF") == b"AT+UARTE=OFF" + OK
        assert await host.ask(b"AT+WJAP=lab,secret") == OK
        assert await host.next_event() == b"WEVENT:STATION_UP"
        yield device, host
        await host.link.aclose()
