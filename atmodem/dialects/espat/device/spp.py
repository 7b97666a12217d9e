"""Classic Bluetooth: the serial port."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.network import Channel
from ....virtual.results import Answer, Payload, Refused, Streaming
from ....virtual.serial_profile import ClassicPeer
from .. import commands as c
from .. import events as e
from ..values.classic import BtScanMode, ClassicConnection, SppRole

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Spp"]

#: Most bytes that one frame carries.
_PIECE = 990
#: Seconds until it is clear that nobody answers.
_PAGE_TIMEOUT = 5.12


class Spp(Part):
    """The one serial connection."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._role = SppRole.OFF
        self._serving = False
        self._connecting = False
        self._peer: ClassicPeer | None = None
        self._channel: Channel | None = None

    def drop(self) -> None:
        """End the connection without a word, and be in no role."""
        channel, self._channel, self._peer = self._channel, None, None
        if channel is not None:
            channel.close()
        self._role = SppRole.OFF
        self._serving = self._connecting = False

    def outlet_cleared(self) -> None:
        if self._channel is not None:
            self._channel.resume()

    # For the neighbourhood

    @property
    def address(self) -> str:
        """The own address."""
        return self._module.classic.address

    @property
    def takes_calls(self) -> bool:
        """Whether peers may connect now."""
        connectable = self._module.classic.scan_mode in (BtScanMode.CONNECTABLE, BtScanMode.BOTH)
        return self._serving and connectable and self._channel is None and not self._connecting

    async def called(self, peer: ClassicPeer, channel: Channel) -> None:
        """Take a connection, once the two are paired."""
        self._connecting = True
        try:
            await self._module.classic.pair(peer)
            if not self._serving:
                raise ConnectionRefusedError("the module takes connections no more")
        finally:
            self._connecting = False
        self._open(peer, channel)

    def _open(self, peer: ClassicPeer, channel: Channel) -> None:
        self._peer, self._channel = peer, channel
        self._module.emit(e.BtSppConn(mac=peer.address))
        channel.start(self)

    # For the channel

    def room(self) -> int:
        """Return how many bytes it takes now."""
        return 0 if self._module.outlet.congested else _PIECE

    def received(self, data: bytes) -> None:
        """Take what the peer has sent."""
        if self._module.console.streaming:
            self._module.write(data)
        else:
            self._module.emit(e.BtData(length=len(data), data=data))

    def ended(self) -> None:
        """Learn that the peer has ended the connection."""
        peer, channel = self._peer, self._channel
        self._peer = self._channel = None
        if peer is not None and channel is not None:
            channel.close()
            self._module.emit(e.BtSppDisconn(mac=peer.address))

    # Commands

    @handles(c.BTSPPINIT)
    def choose_role(self, command: c.BTSPPINIT) -> None:
        """Choose the role, or none."""
        self._module.classic.need_on()
        if command.init is SppRole.OFF:
            self.drop()
        elif self._role not in (SppRole.OFF, command.init):
            raise Refused
        self._role = command.init

    @queries(c.BTSPPINIT)
    def tell_role(self) -> c.BTSPPINIT:
        """Tell the role."""
        self._module.classic.need_on()
        return c.BTSPPINIT(init=self._role)

    @handles(c.BTSPPSTART)
    def serve(self, _: c.BTSPPSTART) -> None:
        """Take connections."""
        if self._role is not SppRole.SLAVE:
            raise Refused
        self._serving = True

    @handles(c.BTSPPCONN)
    def connect(self, command: c.BTSPPCONN) -> None:
        """Connect to a peer; what comes of it is told behind the success."""
        if self._role is not SppRole.MASTER or self._channel is not None or self._connecting:
            raise Refused
        self._connecting = True
        self._module.console.after_answer(lambda: self._module.spawn(self._connect(command.remote_addr)))

    async def _connect(self, address: str) -> None:
        peer = self._module.air.bluetooth.peer(address)
        channel: Channel | None = None
        if peer is None:
            await sleep(self._module.clock, _PAGE_TIMEOUT)
        try:
            if peer is not None:
                await self._module.classic.pair(peer)
                channel = await peer.open_serial()
        except OSError:
            channel = None
        finally:
            wanted, self._connecting = self._connecting, False
        if not wanted and channel is not None:
            channel.close()
        elif channel is None or peer is None:
            self._module.emit(e.BtSppConnFailed())
        else:
            self._open(peer, channel)

    @queries(c.BTSPPCONN)
    def tell_connection(self) -> tuple[ClassicConnection, ...]:
        """Tell the connection that is open."""
        self._module.classic.need_on()
        return () if self._peer is None else (ClassicConnection(conn_index=0, remote_addr=self._peer.address),)

    @handles(c.BTSPPDISCONN)
    def disconnect(self, _: c.BTSPPDISCONN) -> None:
        """Close the connection."""
        self._need_channel()
        self.ended()

    def _need_channel(self) -> Channel:
        if self._channel is None:
            raise Refused
        return self._channel

    @handles(c.BTSPPSEND)
    def send(self, command: c.BTSPPSEND) -> Answer:
        """Take bytes for the peer; without a count, be a stream."""
        channel = self._need_channel()
        if command.conn_index is None:
            return Streaming(received=partial(self._pass_on, channel), escaped=lambda: None)
        return Payload(intake=Counted(command.length or 0), then=partial(self._send, channel))

    def _send(self, channel: Channel, data: bytes) -> Answer | Awaitable[Answer]:
        if self._channel is not channel:
            raise Refused
        channel.write(data)
        return self._drained(channel) if channel.congested else None

    async def _drained(self, channel: Channel) -> None:
        try:
            await channel.drain()
        except OSError:
            raise Refused from None

    def _pass_on(self, channel: Channel, data: bytes) -> None:
        channel.write(data)
        self._module.sending.hold_back(channel)
