"""A real broker on a loopback port, and outside clients of it."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.witness import require

__all__ = ["HOST", "Broker", "Outsider", "broker", "free_port"]

HOST = "127.0.0.1"
#: What a client of the broker prints of a message: quality of service, whether it was retained, payload, topic.
_SEEN = "%q %r %x %t"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def start(*command: str, **options: int) -> asyncio.subprocess.Process:
    # It ends by itself, should the test be killed.
    return await asyncio.create_subprocess_exec("timeout", "-k", "0.1", "55", *command, **options)


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


class Outsider:
    """A client of the broker that is subscribed to something."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def next(self) -> tuple[int, bool, bytes, str]:
        """Return quality of service, retained or not, payload and topic of the next message."""
        line = (await self._process.stdout.readuntil()).decode().removesuffix("\n")
        qos, retain, payload, topic = line.split(" ", 3)
        return int(qos), retain == "1", bytes.fromhex(payload), topic


class Broker:
    """Mosquitto, as configured."""

    def __init__(self, folder: Path, port: int, settings: str) -> None:
        self.port = port
        self.log: list[str] = []
        self._news = asyncio.Event()
        self._count = 0
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {port} {HOST}\n{settings}\nlog_type all\nlog_dest stderr\nmax_queued_messages 0\n"
            + ("user root\n" if os.geteuid() == 0 else "")
        )

    async def start(self) -> None:
        self.log.clear()
        self._process = await start(
            require("mosquitto"), "-c", str(self._config), stderr=asyncio.subprocess.PIPE, limit=1 << 20
        )
        self._reading = asyncio.create_task(self._read())
        await self.logged(r"mosquitto version .* running")

    async def _read(self) -> None:
        async for line in self._process.stderr:
            self.log.append(line.decode(errors="replace").strip())
            self._news.set()

    async def stop(self) -> None:
        await stop(self._process)
        await self._reading

    def count(self, pattern: str) -> int:
        return sum(bool(re.search(pattern, line)) for line in self.log)

    async def logged(self, pattern: str, times: int = 1) -> None:
        """Return once the log has that many such lines."""
        while self.count(pattern) < times:
            self._news.clear()
            await self._news.wait()

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Publish as somebody else."""
        flags = ("-r",) if retain else ()
        content = ("-s",) if payload else ("-n",)
        arguments = ("-h", HOST, "-p", str(self.port), "-t", topic, "-q", str(qos), *flags, *content)
        process = await start(require("mosquitto_pub"), *arguments, stdin=asyncio.subprocess.PIPE)
        await process.communicate(payload)
        assert process.returncode == 0

    @asynccontextmanager
    async def subscriber(self, topic_filter: str, *, qos: int = 2) -> AsyncIterator[Outsider]:
        """Be subscribed as somebody else."""
        self._count += 1
        name = f"outsider-{self._count}"
        arguments = ("-h", HOST, "-p", str(self.port), "-i", name, "-t", topic_filter, "-q", str(qos), "-F", _SEEN)
        process = await start(require("mosquitto_sub"), *arguments, stdout=asyncio.subprocess.PIPE, limit=1 << 20)
        try:
            await self.logged(f"Sending SUBACK to {name}")
            yield Outsider(process)
        finally:
            await stop(process)


@asynccontextmanager
async def broker(folder: Path, settings: str = "allow_anonymous true") -> AsyncIterator[Broker]:
    """Run a broker."""
    one = Broker(folder, free_port(), settings)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()
