"""A virtual CC3220 on a manual clock, and one with a client on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import atmodem
from atmodem import CommandError
from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device import Virtual
from atmodem.virtual.air import AccessPoint, Air
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork
from atmodem.wire.command import Command
from tests.virtual.air602_bench import Tap

HOST = "127.0.0.1"
OK = b"OK\r\n"
BSSID = "02:00:5e:00:00:01"


def refused(code: int, text: str = "process command") -> bytes:
    return b"ERROR: %b,%d\r\n" % (text.encode(), code)


class Bench:
    """A module on a manual clock, on a network without a host; what it prints is kept."""

    def __init__(self, profile: str = "noecho-crlf", **options: object) -> None:
        self.clock = ManualClock()
        self.network = SimulatedNetwork(frozenset({81}))
        self.tap = Tap()
        points = [AccessPoint(ssid="lab", password="secret", bssid=BSSID)]
        self.air = Air(points, names={"peer": HOST, "10.0.0.7": HOST})
        made = {"air": self.air, "clock": self.clock, "network": self.network, **options}
        self.module = Virtual(profile=profile, **made)  # type: ignore[arg-type]  # options of a test

    async def settle(self) -> bytes:
        for _ in range(12):
            await asyncio.sleep(0)
        said = bytes(self.tap.printed)
        self.tap.printed.clear()
        return said

    async def hear(self, data: bytes) -> bytes:
        """Let the module receive *data*; return what it prints at once."""
        self.module.link_received(data)
        return await self.settle()

    async def rest(self, seconds: float) -> bytes:
        said = b""
        end = self.clock.time() + seconds
        while (due := self.clock.due) is not None and due <= end:
            self.clock.advance_to(due)
            said += await self.settle()
        self.clock.advance_to(end)
        return said + await self.settle()

    async def ask(self, text: str, seconds: float = 0.3) -> bytes:
        return await self.hear(text.encode("latin-1") + b"\r") + await self.rest(seconds)

    async def join(self) -> None:
        assert await self.ask("at+wlanconnect=lab,,wpa_wpa2,secret,,,") == (
            OK + b"+eventwlan:connect,lab,0x2:0x0:0x5e:0x0:0x0:0x1\r\n"
            b"+eventnetapp:ipv4_acquired,192.168.3.112,192.168.3.1,192.168.3.1\r\n"
        )

    async def open(self) -> FarEnd:
        """Connect a socket; return its far end."""
        assert (await self.ask("at+socket=inet,stream,tcp")).startswith(b"+socket:")
        number = len(self.network.far_ends)
        assert await self.ask(f"at+connect={number},inet,7,10.0.0.7") == OK + b"+connect:7,10.0.0.7\r\n" + OK
        return self.network.far_ends[-1]


@asynccontextmanager
async def bench(profile: str = "noecho-crlf", *, joined: bool = False, **options: object) -> AsyncIterator[Bench]:
    made = Bench(profile, **options)
    made.module.attach(made.tap)
    async with made.module:
        await made.rest(0.1)
        if joined:
            await made.join()
        yield made


JOIN = sl.WlanConnect(ssid="lab", security=sl.Security.WPA_WPA2, key="secret")


class Client:
    """A client of a virtual module on this host's network."""

    def __init__(self, device: Virtual, modem: atmodem.Modem) -> None:
        self.device = device
        self.modem = modem
        self.send = modem.send

    async def join(self) -> None:
        async with self.modem.expect(sl.EventNetAppIpv4Acquired) as acquired:
            await self.send(JOIN)
            await acquired.get()

    async def socket(self, kind: sl.SocketType = sl.SocketType.STREAM, protocol: sl.Protocol = sl.Protocol.TCP) -> int:
        made = await self.send(sl.Socket(domain=sl.Domain.INET, type=kind, protocol=protocol))
        return made.socket

    async def connect(self, port: int) -> int:
        number = await self.socket()
        await self.send(sl.Connect(socket=number, family=sl.Family.INET, port=port, address=HOST))
        return number

    async def code(self, command: Command[object]) -> str | None:
        """Return the code with which *command* is refused; None where it succeeds."""
        try:
            await self.send(command)
        except CommandError as error:
            return error.code
        return None


@asynccontextmanager
async def client(*, joined: bool = True, **options: object) -> AsyncIterator[Client]:
    async with Virtual(**options) as device, atmodem.connect(device.url) as modem:  # type: ignore[arg-type]
        made = Client(device, modem)
        if joined:
            await made.join()
        yield made
