"""The verb ``demo``: a virtual module on a pty, driven as if it were hardware."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

from ..api import Modem, connect
from ..api.virtual import make_device, serve_pty
from ..dialects import find_dialect
from ..portable.events import PortableEvent
from ..wire.event import Event

try:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
except ImportError:  # the extra is not installed
    sys.stderr.write("The command line tool needs the extra: pip install 'atmodem[cli]'\n")
    raise

__all__ = ["run_demo"]

SIZE = 1024 * 1024
CHUNK = 16 * 1024


async def run_demo(dialect: str) -> int:
    """Scan, join, and send a megabyte through a TCP echo; show the events as they come and sum up."""
    console = Console(highlight=False)
    family = find_dialect(dialect)
    with tempfile.TemporaryDirectory(prefix="atmodem-") as folder:
        port = str(Path(folder, "modem"))
        async with make_device(family) as device, serve_pty(device, port):
            console.print(f"[bold]{family.title}[/bold], virtual, on the pty {port}")
            async with connect(port, family) as modem:
                return await _Demo(console, modem).run()


class _Demo:
    """One run, with what it counts."""

    def __init__(self, console: Console, modem: Modem) -> None:
        self._console = console
        self._modem = modem
        self._began = time.perf_counter()
        self._events = 0

    async def run(self) -> int:
        teller = asyncio.create_task(self._tell_events())
        try:
            await self._scan_and_join()
            intact, seconds = await self._echo()
            await self._modem.wifi.leave()
        finally:
            teller.cancel()
            await asyncio.wait([teller])
        self._sum_up(seconds)
        self._console.print("[green]all bytes came back intact[/green]" if intact else "[red]bytes differ[/red]")
        return 0 if intact else 1

    async def _tell_events(self) -> None:
        async with self._modem.events() as events:
            async for event in events:
                self._events += 1
                if _is_worth_telling(event):
                    self._console.print(f"  [dim]event[/dim] {event!r}")

    async def _scan_and_join(self) -> None:
        self._console.print("scan")
        for point in await self._modem.wifi.scan():
            self._console.print(f"  {point.ssid:<20} {point.rssi} dBm  channel {point.channel}  {point.bssid}")
        self._console.print("join lab")
        await self._modem.wifi.join("lab", "secret")
        status = await self._modem.wifi.status()
        self._console.print(f"  joined {status.ssid}, address {status.address}")

    async def _echo(self) -> tuple[bool, float]:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        payload = os.urandom(SIZE)
        received = hashlib.sha256()
        began = time.perf_counter()
        self._console.print(f"TCP echo of {SIZE} random bytes")
        columns = (TextColumn("  echo"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        async with server, self._modem.connect_tcp("127.0.0.1", port) as stream:
            with Progress(*columns, console=self._console) as progress:
                task = progress.add_task("echo", total=SIZE)
                for start in range(0, SIZE, CHUNK):
                    chunk = payload[start : start + CHUNK]
                    await stream.send(chunk)
                    left = len(chunk)
                    while left:
                        data = await stream.receive(left)
                        received.update(data)
                        left -= len(data)
                        progress.advance(task, len(data))
            await stream.aclose()
        server.close()
        return received.digest() == hashlib.sha256(payload).digest(), time.perf_counter() - began

    def _sum_up(self, seconds: float) -> None:
        statistics = self._modem.statistics
        self._console.print(
            f"{statistics.commands} commands, {self._events} events, "
            f"{statistics.sent} bytes to the module and {statistics.received} from it, "
            f"{2 * SIZE / seconds / 1e6:.2f} MB/s of payload both ways, "
            f"{time.perf_counter() - self._began:.1f} s in all"
        )


def _is_worth_telling(event: Event) -> bool:
    """Data notices come by the hundred; the rest tells a story."""
    return not isinstance(event, PortableEvent) and not hasattr(event, "length")


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
