"""Every kind of link, with a far end to talk to and the quirks that the shared tests allow it."""

import asyncio
import os
import socket
import tty
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path

import attrs
import pytest

from atmodem.link import Link, memory_pair, open_link
from atmodem.testing.faults import FaultyLink
from tests.link.ends import FarEnd, FdEnd, LinkEnd, Receiver, SocketEnd
from tests.link.rfc2217_server import Rfc2217Server
from tests.witness import require

__all__ = ["Kind", "Line", "each_kind", "pty"]


@attrs.frozen
class Line:
    """A line whose near end is not open yet."""

    open: Callable[[], Awaitable[Link]]
    far: FarEnd
    #: Returns the speed of the line as termios has it, where there is one.
    speed: Callable[[], int] | None = None


@attrs.frozen
class Kind:
    """How to make a line of one kind."""

    name: str
    line: Callable[[Path], AbstractAsyncContextManager[Line]]
    #: Bytes that pass in reasonable time.
    bulk: int = 256 * 1024
    #: What is different:
    #:
    #: - ``speed`` and ``no speed``: whether there is a line speed that a test can see.
    #: - ``own end``: what is written comes back.
    #: - ``flushes``: a change of speed discards what the far end has not taken.
    #: - ``unbounded``: something in between takes bytes without limit.
    #: - ``slow``: opening and closing take so long that only some tests are worth it.
    quirks: frozenset[str] = attrs.field(default=frozenset(), converter=frozenset)


@contextmanager
def pty() -> Iterator[tuple[FdEnd, str]]:
    """Yield the master and the path of the slave."""
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    os.close(slave)
    far = FdEnd(master)
    yield far, path
    far.close()


@asynccontextmanager
async def program(*command: str, **options: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run an outside program, which ends after a minute by itself."""
    process = await asyncio.create_subprocess_exec("timeout", "-k", "0.1", "60", *command, **options)
    yield process
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()
    # Its transport closes the pipes a turn later.
    await asyncio.sleep(0)


class ProgramEnd(FdEnd):
    """The far end of a program that stands in between; the line hangs up when that ends."""

    def __init__(self, fd: int, process: asyncio.subprocess.Process) -> None:
        super().__init__(fd)
        self._process = process

    async def hang_up(self) -> None:
        self._process.terminate()
        await self._process.wait()


@asynccontextmanager
async def memory_line(_: Path) -> AsyncIterator[Line]:
    near, far = memory_pair()
    receiver = Receiver()
    far.start(receiver)
    far.pause_reading()

    async def open_near() -> Link:
        return near

    yield Line(open_near, LinkEnd(far, receiver))
    await far.aclose()


@asynccontextmanager
async def loop_line(_: Path) -> AsyncIterator[Line]:
    yield Line(partial(open_link, "loop://"), far=None)


@asynccontextmanager
async def pty_line(_: Path, prefix: str = "", **options: str) -> AsyncIterator[Line]:
    if options:
        pytest.importorskip("serialx", reason="extra missing: serialx")
    with pty() as (far, path):
        yield Line(partial(open_link, prefix + path, **options), far, far.speed)


@asynccontextmanager
async def faulty_line(folder: Path) -> AsyncIterator[Line]:
    async with pty_line(folder) as line:

        async def open_faultless() -> Link:
            return FaultyLink(await line.open(), seed=0)

        yield attrs.evolve(line, open=open_faultless)


@asynccontextmanager
async def tcp_line(_: Path) -> AsyncIterator[Line]:
    far = SocketEnd()
    yield Line(partial(open_link, f"tcp://127.0.0.1:{far.port}"), far)
    far.close()


@asynccontextmanager
async def rfc2217_line(_: Path) -> AsyncIterator[Line]:
    with pty() as (far, path):
        server = Rfc2217Server(path)
        yield Line(partial(open_link, f"rfc2217://127.0.0.1:{server.port}"), far, far.speed)
        far.close()
        await asyncio.to_thread(server.close)


@asynccontextmanager
async def socat_line(folder: Path) -> AsyncIterator[Line]:
    near, far = folder / "near", folder / "far"
    ptys = [f"pty,raw,echo=0,link={path}" for path in (near, far)]
    async with program(require("socat"), "-d", "-d", *ptys, stderr=asyncio.subprocess.PIPE) as socat:
        while b"starting data transfer" not in await socat.stderr.readline():
            pass
        end = ProgramEnd(os.open(far, os.O_RDWR | os.O_NOCTTY), socat)
        yield Line(partial(open_link, str(near)), end)
        end.close()


@asynccontextmanager
async def ser2net_line(folder: Path, url: str, accepter: str) -> AsyncIterator[Line]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = folder / "ser2net.yaml"
    command = [require("ser2net"), "-n", "-c", str(configuration)]
    master, slave = os.openpty()
    configuration.write_text(
        f"connection: &test\n  accepter: {accepter},127.0.0.1,{port}\n"
        f"  connector: serialdev,{os.ttyname(slave)},115200n81,local\n"
    )
    async with program(*command, stderr=asyncio.subprocess.DEVNULL) as ser2net:
        await until_listening(port)
        far = ProgramEnd(master, ser2net)

        async def opened() -> Link:
            link = await open_link(url.format(port))
            # It opens its own port only now, and throws away what that holds.
            link.write(b"?")
            assert await far.read(1) == b"?"
            return link

        yield Line(opened, far, far.speed)
        far.close()
        # Kept until now because ser2net opens it no earlier than a client comes.
        os.close(slave)


async def until_listening(port: int) -> None:
    """Return once somebody listens on *port*, without connecting: a serial server may take one client only."""
    wanted = f":{port:04X} 00000000:0000 0A"
    while wanted not in Path("/proc/net/tcp").read_text():
        await asyncio.sleep(0.01)


KINDS = [
    Kind("memory", memory_line, quirks={"no speed"}),
    Kind("pty", pty_line, quirks={"speed"}),
    Kind("pty-serialx", partial(pty_line, backend="serialx"), quirks={"speed", "flushes"}),
    Kind("tcp", tcp_line, quirks={"no speed"}),
    Kind("loop", loop_line, quirks={"no speed", "own end"}),
    Kind("faulty", faulty_line, quirks={"speed"}),
    # It writes a line of text for every 16 bytes.
    Kind("spy", partial(pty_line, prefix="spy://"), bulk=16 * 1024, quirks={"speed"}),
    # pyserial's client keeps what it receives without limit.
    Kind("rfc2217", rfc2217_line, quirks={"speed", "unbounded", "slow"}),
    Kind("socat", socat_line, quirks={"no speed"}),
    # What it has not yet handed to its port when the client goes, it throws away.
    Kind(
        "ser2net-tcp", partial(ser2net_line, url="tcp://127.0.0.1:{}", accepter="tcp"), quirks={"no speed", "forgets"}
    ),
    Kind(
        "ser2net-rfc2217",
        # On a pty it does not answer about modem lines.
        partial(ser2net_line, url="rfc2217://127.0.0.1:{}?ign_set_control", accepter="telnet(rfc2217),tcp"),
        quirks={"speed", "unbounded", "slow"},
    ),
]


def each_kind(*without: str) -> pytest.MarkDecorator:
    """Run a test for every kind of link that has none of the quirks in *without*."""
    kinds = [pytest.param(kind, id=kind.name) for kind in KINDS if kind.quirks.isdisjoint(without)]
    return pytest.mark.parametrize("kind", kinds)
