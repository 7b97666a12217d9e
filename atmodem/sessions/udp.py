"""Datagrams sent and received by a module."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Self

from ..errors import CommandError, DataLost, InvalidArgument, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import SocketDriver
from ..portable.events import SocketClosed, SocketData, SocketReadable
from ..portable.values import Datagram, Endpoint, Link
from .arguments import check_endpoint
from .arrivals import Arrivals
from .background import Ending

__all__ = ["BROADCAST", "UdpSocket"]

#: Everybody in the network.
BROADCAST = "255.255.255.255"


class UdpSocket:
    """A socket of the module that sends and receives datagrams: an async context manager and an async iterator.

    It holds a bounded number of datagrams; the newest are dropped beyond it, and counted in :attr:`missed`.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: SocketDriver,
        link: Link,
        limit: int,
        released: Callable[[UdpSocket], None],
    ) -> None:
        #: The module's number for the socket.
        self.link: int = link.number
        #: Where :meth:`send` sends to; None where no far end was given.
        self.remote: Endpoint | None = link.remote
        #: Its own port, or None where the module does not tell.
        self.local_port: int | None = link.local_port
        #: Datagrams lost so far because they were not read in time, or came incomplete.
        self.missed: int = 0
        self._core = core
        self._driver = driver
        self._released = released
        self._ending = Ending(core, self._close)
        polling = None if link.pushes else link.polling
        self._arrived: Arrivals[Datagram] = Arrivals(core, "socket", "receiving from", limit, polling, self._ask)

    @property
    def largest(self) -> int:
        """Most bytes of one datagram."""
        return self._driver.datagram_limit

    async def receive(self) -> Datagram:
        """Return the next datagram, with its sender where the module tells.

        Cancelled, no datagram is lost.

        :raises anyio.BusyResourceError: another task receives already.
        :raises SessionBroken: the socket was lost.
        :raises SessionClosed: it was closed here.
        """
        return await self._arrived.next()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Datagram:
        try:
            return await self.receive()
        except SessionClosed:
            raise StopAsyncIteration from None

    async def _ask(self) -> None:
        try:
            datagram = await self._driver.receive_datagram(self.link)
        except DataLost:
            self.missed += 1
            return
        if datagram is not None:
            self._hold(datagram)

    def _hold(self, datagram: Datagram) -> None:
        if self._arrived.full:
            self.missed += 1
        else:
            self._arrived.put(datagram)

    def tell(self, event: SocketData | SocketReadable | SocketClosed) -> None:
        """Take an event of this link."""
        if isinstance(event, SocketClosed):
            self._released(self)
            self.fail(SessionBroken("the module has closed the socket"))
        elif isinstance(event, SocketData):
            if event.lost:
                self.missed += 1
            else:
                self._hold(Datagram(event.data, event.sender))

    def fail(self, error: SessionBroken) -> None:
        """Break the socket; datagrams that are held can still be read."""
        self._arrived.fail(error)

    async def send(self, data: bytes) -> None:
        """Send a datagram to the far end that was given at opening.

        Cancelled, a datagram that the module has begun to take is sent all the same.

        :param data: 1 to :attr:`largest` bytes.
        :raises InvalidArgument: it is empty or too long, or no far end was given.
        :raises SessionBroken: the socket was lost, or the module could not send.
        :raises SessionClosed: it was closed here.
        """
        if self.remote is None:
            raise InvalidArgument("remote", "given at opening", advice="send_to() takes an address of its own")
        await self._send(data, None)

    async def send_to(self, data: bytes, remote: Endpoint) -> None:
        """Send a datagram to *remote*; ``255.255.255.255`` is everybody in the network.

        Cancelled, a datagram that the module has begun to take is sent all the same.

        :param data: 1 to :attr:`largest` bytes.
        :param remote: host and port, 1 to 65535.
        :raises InvalidArgument: an argument is not what is said here.
        :raises SessionBroken: the socket was lost, or the module could not send.
        :raises SessionClosed: it was closed here.
        :raises Unsupported: the module cannot send to an address of its own, or to everybody.
        """
        check_endpoint(remote)
        wanted = (Capability.UDP_SEND_TO, Capability.UDP_BROADCAST) if remote[0] == BROADCAST else ()
        self._core.require(self._driver, *(wanted or (Capability.UDP_SEND_TO,)))
        await self._send(data, remote)

    async def _send(self, data: bytes, remote: Endpoint | None) -> None:
        if not 1 <= len(data) <= self._driver.datagram_limit:
            raise InvalidArgument("data", f"from 1 to {self._driver.datagram_limit} bytes")
        self._arrived.check_open()
        if self._arrived.error is not None:
            raise self._arrived.error
        try:
            if remote is None:
                await self._driver.send(self.link, bytes(data))
            else:
                await self._driver.send_to(self.link, bytes(data), remote)
        except CommandError as error:
            raise SessionBroken(f"the module could not send: {error}", command=error.command) from error

    async def join_group(self, group: str) -> None:
        """Receive what is sent to a multicast address, too.

        :param group: the address, from 224.0.0.0 to 239.255.255.255.
        :raises InvalidArgument: it is no multicast address.
        :raises Unsupported: the module cannot.
        :raises SessionClosed: the socket was closed here.
        """
        self._core.require(self._driver, Capability.UDP_JOIN_GROUP)
        try:
            multicast = IPv4Address(group).is_multicast
        except ValueError:
            multicast = False
        if not multicast:
            raise InvalidArgument("group", "a multicast address")
        self._arrived.check_open()
        await self._driver.join_group(self.link, group)

    async def aclose(self) -> None:
        """Close the socket; idempotent.

        Cancelled, the close goes on in the background.
        """
        self._arrived.close()
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if self._arrived.error is None:
                await self._driver.close(self.link)
        finally:
            self._released(self)
