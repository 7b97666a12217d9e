"""The ESP-AT links under the portable sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ...errors import CommandError, ConnectFailed, ModeConflict
from ...portable.drivers import SocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Endpoint, Link, TlsOptions
from .commands.links import CIPCLOSE, CIPDINFO, CIPSTART, CIPSTATE
from .commands.receiving import CIPRECVDATA, CIPRECVMODE, CIPRECVTYPE
from .commands.sending import CIPSEND
from .commands.server import CIPSERVER
from .commands.system import SYSMSG
from .driver_tls import EspTls
from .values.sockets import LinkMode, LinkType, ReceiveMode, ServerMode, UdpMode
from .values.system import Messages

__all__ = ["LISTENER", "EspSockets"]

#: Links 0 to 4 (AT+CIPMUX=1).
LINKS = 5
#: The number that stands for all of them.
ALL = 5
#: The driver's number for the one server of the module.
LISTENER = LINKS
#: Bytes of one CIPSEND: firmware up to 2.2 and that of the ESP8266 take no more.
SEND_LIMIT = 2048
#: Bytes of one datagram that one Ethernet frame holds; the module does not put fragments together.
DATAGRAM_LIMIT = 1472
#: Bytes of one CIPRECVDATA: less than the module's receive buffer of 5760, so that it never stalls.
RECEIVE_LIMIT = 2920
#: The far end of a socket that has none of its own: an address that is nobody's, and a port that must not be 0.
_NOBODY = ("0.0.0.0", 1)  # noqa: S104 - nothing is bound to it


class EspSockets(SocketDriver):
    """Opens, uses and closes links with ESP-AT commands."""

    send_limit: int = SEND_LIMIT
    datagram_limit: int = DATAGRAM_LIMIT
    receive_limit: int = RECEIVE_LIMIT

    def __init__(self, modem: ModemAPI, tls: EspTls) -> None:
        self._modem = modem
        self._tls = tls
        self._taken: set[int] = set()
        #: Links that clients of the server have.
        self._clients: set[int] = set()
        self._opening = asyncio.Lock()
        #: Whether the firmware sets the receive mode link by link (3.3 and later); None until tried.
        self._by_link: bool | None = None
        self._modes: dict[int, ReceiveMode] = {}
        #: How clients of the server receive; None while there is no server.
        self._serving: ReceiveMode | None = None
        #: Received data come with their sender (AT+CIPDINFO).
        self._senders = False

    @property
    def in_use(self) -> bool:
        """Whether a link is open or a server runs."""
        return bool(self._taken) or self._serving is not None

    def reset(self) -> None:
        """Forget all links: the module has started anew."""
        self._taken.clear()
        self._clients.clear()
        self._modes.clear()
        self._by_link = self._serving = None
        self._senders = False

    # What events tell

    def opened(
        self, number: int, *, client: bool | None = None, remote: Endpoint | None = None, local_port: int | None = None
    ) -> Link | None:
        """Learn that a link is open; return it where a client of the server has opened it.

        :param client: whether the module says so; None where it does not tell.
        """
        if client is None:
            client = number not in self._taken
        self._taken.add(number)
        if not client or self._serving is None:
            return None
        self._clients.add(number)
        pushes = self._modes.get(number, ReceiveMode.ACTIVE) is ReceiveMode.ACTIVE
        return Link(number=number, pushes=pushes, remote=remote, local_port=local_port)

    def closed(self, link: int) -> None:
        """Learn that the module has closed a link."""
        self._taken.discard(link)
        self._clients.discard(link)

    # Opening

    async def close_all(self, mode: LinkMode) -> None:
        """Close what another program has left open."""
        with suppress(CommandError):  # nothing is
            await self._modem.send(CIPCLOSE(link_id=ALL) if mode is LinkMode.MULTIPLE else CIPCLOSE())

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a connection on the highest free link; a server gives its clients the lowest."""
        version = "v6" if ":" in host else ""
        kind = LinkType(f"TCP{version}" if tls is None else f"SSL{version}")

        async def start(link: int) -> None:
            await self._set_receive_mode(link, ReceiveMode.PASSIVE if passive else ReceiveMode.ACTIVE)
            if tls is not None:
                await self._tls.set_up(link, host, tls)
            try:
                await self._modem.send(CIPSTART(link_id=link, type=kind, remote_host=host, remote_port=port))
            except CommandError as error:
                if tls is not None:
                    raise self._tls.failure(error, host, port, tls) from error
                raise

        async with self._opening:
            link = await self._start(start, f"could not connect to {host} port {port}")
        return Link(number=link, pushes=not passive, remote=(host, port))

    async def open_udp(self, remote: Endpoint | None, local_port: int | None) -> Link:
        """Open a datagram link, whose data are pushed: the module does not keep the borders of those that wait."""
        host, port = remote or _NOBODY
        mode = UdpMode.LAST_SENDER if remote is None else None

        async def start(link: int) -> None:
            if not self._senders:
                # From here on what is fetched comes with its sender, too.
                self._senders = True
                await self._modem.send(CIPDINFO(mode=True))
            await self._set_receive_mode(link, ReceiveMode.ACTIVE)
            kind = LinkType.UDPV6 if ":" in host else LinkType.UDP
            await self._modem.send(
                CIPSTART(link_id=link, type=kind, remote_host=host, remote_port=port, local_port=local_port, mode=mode)
            )

        async with self._opening:
            link = await self._start(start, f"could not open a socket for {host} port {port}")
            own = local_port or await self._own_port(link)
        return Link(number=link, pushes=True, remote=remote, local_port=own)

    async def _own_port(self, link: int) -> int | None:
        with suppress(CommandError):  # firmware before 2.3 does not tell
            for known in await self._modem.send(CIPSTATE.query()):
                if known.link_id == link:
                    return known.local_port
        return None

    async def _start(self, start: Callable[[int], Awaitable[None]], failure: str) -> int:
        """Open a free link by *start* and return its number; another one when a client of the server was faster."""
        while True:
            free = [link for link in range(LINKS - 1, -1, -1) if link not in self._taken]
            if not free:
                raise ConnectFailed("all five links are in use", code="LINKS", name="NO_FREE_LINK")
            link = free[0]
            self._taken.add(link)
            try:
                await start(link)
            except CommandError as error:
                if link in self._clients:
                    continue
                self._taken.discard(link)
                if isinstance(error, ConnectFailed):
                    raise
                raise _connect_failed(error, failure) from error
            except BaseException:
                self._taken.discard(link)
                raise
            return link

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
                self._modes[link] = mode
                return
        # Before 3.3 one mode holds for all links.
        if self._serving is not None or self._taken - {link}:
            if self._modes.get(link, ReceiveMode.ACTIVE) is not mode:
                raise ModeConflict("this firmware has one receive mode for all links, and another is in use")
            return
        try:
            await self._modem.send(CIPRECVMODE(mode=mode))
        except CommandError as error:
            raise ModeConflict("this firmware has one receive mode for all links, and another is in use") from error
        self._modes = dict.fromkeys(range(LINKS), mode)

    # Listening

    async def listen_tcp(self, port: int, *, passive: bool) -> Link:
        """Start the one server."""
        mode = ReceiveMode.PASSIVE if passive else ReceiveMode.ACTIVE
        async with self._opening:
            if self._serving is not None:
                raise ConnectFailed("the module's one server is in use", code="SERVER", name="NO_FREE_LISTENER")
            for link in set(range(LINKS)) - self._taken:
                await self._set_receive_mode(link, mode)
            with suppress(CommandError):  # firmware before 2.1 does not tell who has opened a link
                messages = (await self._modem.send(SYSMSG.query())).state
                await self._modem.send(SYSMSG(state=messages | Messages.DETAILED_LINK))
            try:
                await self._modem.send(CIPSERVER(mode=ServerMode.CREATE, port=port))
            except CommandError as error:
                raise _connect_failed(error, f"could not listen on port {port}") from error
            self._serving = mode
        return Link(number=LISTENER, local_port=port)

    # Use

    async def send(self, link: int, data: bytes) -> None:
        """Hand data to the connection; the module answers when its network stack has taken them."""
        await self._modem.send(CIPSEND(link_id=link, data=data))

    async def send_to(self, link: int, data: bytes, remote: Endpoint) -> None:
        """Send one datagram to an address of its own."""
        await self._modem.send(CIPSEND(link_id=link, data=data, remote_host=remote[0], remote_port=remote[1]))

    async def receive(self, link: int, limit: int) -> bytes:
        """Return data that wait."""
        answer = await self._modem.send(CIPRECVDATA(link_id=link, length=limit, with_sender=self._senders))
        return answer.data

    async def close(self, link: int) -> None:
        """Close the link, or the server but none of its clients."""
        if link == LISTENER:
            with suppress(CommandError):  # it is gone already
                await self._modem.send(CIPSERVER(mode=ServerMode.DELETE))
            self._serving = None
            return
        with suppress(CommandError):  # the far end was faster
            await self._modem.send(CIPCLOSE(link_id=link))
        if self._serving is not None and self._by_link and self._modes.get(link) is not self._serving:
            # The next client of the server may get this number.
            await self._set_receive_mode(link, self._serving)
        self.closed(link)


def _connect_failed(error: CommandError, what: str) -> ConnectFailed:
    return ConnectFailed(
        f"{what}: {error.message}",
        code=error.code,
        name=error.name,
        text=error.text,
        command=error.command,
        advice=error.advice,
    )
