"""One link of the module, and the far ends of its connections."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from ....virtual.clock import Timer
from ....virtual.network import Address, Channel, DatagramSocket, Listener
from ..commands.sockets import CIPSTART
from ..values.enums import LinkState, LinkType

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["FarEnd", "Link"]

_DATAGRAMS = (LinkType.UDP_UNICAST, LinkType.UDP_BROADCAST)


class FarEnd:
    """The far end of a connection: the server of a client link, or a peer of a server link.

    :param module: the module that it is connected to.
    :param link: the link that it belongs to.
    :param channel: the connection.
    :param remote: its address and port as the module knows them.
    """

    def __init__(self, module: Virtual, link: Link, channel: Channel, remote: Address) -> None:
        self._module = module
        self._link = link
        self.channel = channel
        self.remote = remote

    def room(self) -> int:
        """Return how many bytes are taken now."""
        return self._module.receiving.room(self._link)

    def received(self, data: bytes) -> None:
        """Take bytes."""
        self._module.receiving.arrived(self._link, data, self.remote)

    def ended(self) -> None:
        """Learn that it has closed the connection."""
        self._module.links.end_lost(self._link, self)

    async def taken(self) -> bool:
        """Wait until the network has taken what was sent; return False where the connection is over."""
        try:
            await self.channel.drain()
        except ConnectionError:
            return False
        return True


@attrs.define(eq=False, kw_only=True)
class Link:
    """A link that was started and not stopped yet.

    :param number: 0 to 4.
    :param command: how it was started.
    :param lasting: it was open once, or comes from flash: failing to open it is no end.
    """

    number: int
    command: CIPSTART
    lasting: bool = False
    state: LinkState = LinkState.START
    #: Far ends by port, in the order in which they came.
    ends: dict[int, FarEnd] = attrs.field(factory=dict)
    listener: Listener | None = None
    datagrams: DatagramSocket | None = None
    #: Where datagrams go.
    target: Address | None = None
    #: Bytes that wait to be fetched, by the port that they came from.
    waiting: dict[int, bytearray] = attrs.field(factory=dict)
    opening: asyncio.Task[None] | None = None
    retry: Timer | None = None

    @property
    def is_server(self) -> bool:
        """Whether peers connect to it."""
        return self.command.type is LinkType.TCP_SERVER

    @property
    def is_datagram(self) -> bool:
        """Whether it carries datagrams."""
        return self.command.type in _DATAGRAMS

    @property
    def is_open(self) -> bool:
        """Whether something can be sent on it."""
        return self.datagrams is not None or bool(self.ends)

    @property
    def only_end(self) -> FarEnd | None:
        """The far end, where there is exactly one."""
        return next(iter(self.ends.values())) if len(self.ends) == 1 else None

    def resume(self) -> None:
        """Look again whether there is room for more."""
        for end in tuple(self.ends.values()):
            end.channel.resume()

    def release(self, *, abort: bool = False) -> None:
        """Let go of the network.

        :param abort: what was not sent yet is dropped.
        """
        if self.opening is not None:
            self.opening.cancel()
            self.opening = None
        if self.retry is not None:
            self.retry.cancel()
            self.retry = None
        for end in self.ends.values():
            if abort:
                end.channel.abort()
            else:
                end.channel.close()
        self.ends.clear()
        for part in (self.listener, self.datagrams):
            if part is not None:
                part.close()
        self.listener = self.datagrams = None
