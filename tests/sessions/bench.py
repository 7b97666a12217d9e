"""A module of some dialect on some kind of link, with the modem that drives it: what every session is tested on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import attrs
import pytest

import atmodem
from atmodem import Capability, Support
from atmodem.api.virtual import VirtualModule, make_device, serve_pty, serve_tcp
from atmodem.dialects import find_dialect

__all__ = ["DIALECTS", "HOST", "LINKS", "NETWORK", "PASSWORD", "Bench", "Echo", "bench", "cancelled_after", "only"]

HOST = "127.0.0.1"
#: The network that every virtual module has in reach.
NETWORK, PASSWORD = "lab", "secret"

#: The dialects whose driver has these sessions, with virtual modules to meet. Imported here, not in the event loop.
DIALECTS = {name: find_dialect(name) for name in ("espat", "mxchip", "air602", "simplelink")}
for _family in DIALECTS.values():
    _family.device()

Serve = Callable[[VirtualModule], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def in_memory(device: VirtualModule) -> AsyncIterator[str]:
    yield device.url


#: How the module is met, by kind of link; each yields the URL to connect to.
LINKS: dict[str, Serve] = {
    "memory": in_memory,
    "pty": serve_pty,
    "tcp": lambda device: serve_tcp(device, HOST, 0),
}


@attrs.frozen
class Bench:
    """A running module and the modem that is open on it."""

    device: VirtualModule
    modem: atmodem.Modem

    async def join(self) -> None:
        await self.modem.wifi.join(NETWORK, PASSWORD)

    async def restart(self) -> None:
        """Let the module crash, and wait until the modem has set it up again."""
        async with self.modem.expect(atmodem.ModuleReady) as ready:
            self.device.restart(after=0)
            while not self.device.awake:
                await asyncio.sleep(0)
            # A module that starts without a word is known by its echo, which is on again.
            with suppress(atmodem.ModuleReset):
                await self.modem.wifi.status()
            await ready.get()

    def can(self, capability: Capability) -> bool:
        return self.modem.capabilities[capability] is not Support.NO

    def need(self, capability: Capability) -> None:
        """Skip the test where the module is known to lack something."""
        if not self.can(capability):
            pytest.skip(f"{self.modem.dialect.name} lacks {capability.value}")

    async def is_usable(self) -> bool:
        """Tell whether commands still get their own replies."""
        return (await self.modem.wifi.status()).joined in (True, False)


def only(*dialects: str) -> pytest.MarkDecorator:
    """Mark a test that says things which only these dialects have."""
    return pytest.mark.parametrize("dialect", dialects, indirect=True)


@asynccontextmanager
async def bench(dialect: str = "espat", link: str = "memory", **options: object) -> AsyncIterator[Bench]:
    family = DIALECTS[dialect]
    async with (
        make_device(family, **options) as device,
        LINKS[link](device) as url,
        # Only hardware needs a rest between commands.
        atmodem.connect(url, family, rest=0) as modem,
    ):
        yield Bench(device, modem)


class Echo:
    """A server of this host that sends back what it gets, and counts who comes and goes."""

    def __init__(self) -> None:
        self.port = 0
        self.opened = 0
        self.open: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open.add(writer)
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
            self.open.discard(writer)
            self._changed.set()

    async def all_gone(self) -> None:
        """Wait until nobody is connected any more."""
        while self.open:
            self._changed.clear()
            await self._changed.wait()


async def cancelled_after(turns: int, work: Awaitable[object]) -> bool:
    """Run *work* for some turns of the loop, then cancel it; tell whether that came in time.

    With more and more turns it is cancelled at each of its awaits.
    """
    task = asyncio.ensure_future(work)
    for _ in range(turns):
        if task.done():
            break
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    return task.cancelled()
