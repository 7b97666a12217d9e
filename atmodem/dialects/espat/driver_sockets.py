"""The ESP-AT links under the portable sessions."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ...errors import CommandError, ConnectFailed, ModeConflict
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import SocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Link, TlsOptions
from .commands.links import CIPCLOSE, CIPSTART
from .commands.receiving import CIPRECVDATA, CIPRECVMODE, CIPRECVTYPE
from .commands.sending import CIPSEND
from .values.sockets import LinkMode, LinkType, ReceiveMode

__all__ = ["EspSockets"]

#: Links 0 to 4 (AT+CIPMUX=1).
LINKS = 5
#: The number that stands for all of them.
ALL = 5
#: Bytes of one CIPSEND: firmware up to 2.2 and that of the ESP8266 take no more.
SEND_LIMIT = 2048
#: Bytes of one datagram that one Ethernet frame holds; the module does not put fragments together.
DATAGRAM_LIMIT = 1472
#: Bytes of one CIPRECVDATA: less than the module's receive buffer of 5760, so that it never stalls.
RECEIVE_LIMIT = 2920


class EspSockets(SocketDriver):
    """Opens, uses and closes links with ESP-AT commands."""

    send_limit: int = SEND_LIMIT
    datagram_limit: int = DATAGRAM_LIMIT
    receive_limit: int = RECEIVE_LIMIT

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._taken: set[int] = set()
        self._opening = asyncio.Lock()
        #: Whether the firmware sets the receive mode link by link (3.3 and later); None until tried.
        self._by_link: bool | None = None

    def reset(self) -> None:
        """Forget all links: the module has started anew."""
        self._taken.clear()
        self._by_link = None

    def closed(self, link: int) -> None:
        """Learn that the module has closed a link."""
        self._taken.discard(link)

    async def close_all(self, mode: LinkMode) -> None:
        """Close what another program has left open."""
        with suppress(CommandError):  # nothing is
            await self._modem.send(CIPCLOSE(link_id=ALL) if mode is LinkMode.MULTIPLE else CIPCLOSE())

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a TCP connection on the highest free link; a server gives its clients the lowest."""
        if tls is not None:
            raise unsupported(Capability.TLS)
        async with self._opening:
            free = [link for link in range(LINKS - 1, -1, -1) if link not in self._taken]
            if not free:
                raise ConnectFailed("all five links are in use", code="LINKS", name="NO_FREE_LINK")
            link = free[0]
            self._taken.add(link)
            try:
                await self._set_receive_mode(link, ReceiveMode.PASSIVE if passive else ReceiveMode.ACTIVE)
                await self._modem.send(CIPSTART(link_id=link, type=LinkType.TCP, remote_host=host, remote_port=port))
            except CommandError as error:
                self._taken.discard(link)
                raise ConnectFailed(
                    f"could not connect to {host} port {port}: {error.message}",
                    code=error.code,
                    name=error.name,
                    text=error.text,
                    command=error.command,
                    advice=error.advice,
                ) from error
            except BaseException:
                self._taken.discard(link)
                raise
            return Link(number=link, pushes=not passive, remote=(host, port))

    async def _set_receive_mode(self, link: int, mode: ReceiveMode) -> None:
        if self._by_link is not False:
            try:
                await self._modem.send(CIPRECVTYPE(link_id=link, mode=mode))
            except CommandError:
                if self._by_link:
                    raise
                self._by_link = False
            else:
                self._by_link = True
                return
        # Before 3.3 one mode holds for all links, and cannot change while one is open.
        try:
            await self._modem.send(CIPRECVMODE(mode=mode))
        except CommandError as error:
            raise ModeConflict("this firmware has one receive mode for all links, and another is in use") from error

    async def send(self, link: int, data: bytes) -> None:
        """Hand data to the connection; the module answers when its network stack has taken them."""
        await self._modem.send(CIPSEND(link_id=link, data=data))

    async def receive(self, link: int, limit: int) -> bytes:
        """Return data that wait."""
        answer = await self._modem.send(CIPRECVDATA(link_id=link, length=limit))
        return answer.data

    async def close(self, link: int) -> None:
        """Close the link."""
        with suppress(CommandError):  # the far end was faster
            await self._modem.send(CIPCLOSE(link_id=link))
        self._taken.discard(link)
