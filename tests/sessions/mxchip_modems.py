"""Modems on MXCHIP modules: on a virtual one, and on one that says what a test tells it to say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import atmodem
from atmodem import Modem
from atmodem.dialects import find_dialect
from atmodem.dialects.mxchip.device import Virtual
from tests.modem.peer import Peer
from tests.sessions.modems import ERROR, OK, opened

__all__ = ["ERROR", "MXCHIP", "OK", "MxPeer", "module", "online", "scripted"]

MXCHIP = find_dialect("mxchip")


@asynccontextmanager
async def module(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module, and a modem on it."""
    async with Virtual(**{"boot_time": 0.01, **options}) as device, atmodem.connect(device.url, MXCHIP) as modem:
        yield device, modem


@asynccontextmanager
async def online(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module in the network, and a modem on it."""
    async with module(**options) as (device, modem):
        await modem.wifi.join("lab", "secret")
        yield device, modem


class MxPeer(Peer):
    """Answers lines that end with CR; OK where the table has nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = {b"AT+UARTE?": b"\r\n+UARTE:OFF" + OK, b"AT+SYSTIME?": b"\r\n+SYSTIME:1291" + OK}
        self.answers |= {b"AT+CIPSTATUS=%d" % n: b"\r\n+CIPSTATUS:tcp_client,close" + OK for n in range(5)}
        #: Lines that are not answered.
        self.silent: set[bytes] = set()

    def link_received(self, data: bytes) -> None:
        self.raw += data
        *lines, self._held = (self._held + data).split(b"\r")
        for line in lines:
            self.lines.append(line)
            answer = self.answers.get(line, OK)
            if line in self.silent:
                continue
            if isinstance(answer, bytes):
                self.say(answer)
            else:
                answer()
        self._arrived.set()


@asynccontextmanager
async def scripted(answers: dict[bytes, bytes] | None = None) -> AsyncIterator[tuple[MxPeer, Modem]]:
    """Run a modem on a module that answers by a table. Its ``lines`` are those since the set-up."""
    peer = MxPeer()
    async with opened(Modem(peer.link, MXCHIP, rest=0)) as modem:
        peer.lines.clear()
        peer.answers.update(answers or {})
        yield peer, modem
