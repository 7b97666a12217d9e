"""One link of the module: what it is, and what comes in on it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ....virtual.network import Address, Channel, DatagramSocket
from .. import commands as c
from .. import events as e
from ..values.sockets import Link as LinkRecord
from ..values.sockets import LinkRole, LinkType, ReceiveMode, SendMode, UdpMode

if TYPE_CHECKING:
    from ....virtual.clock import Timer
    from .module import Virtual

__all__ = ["RECEIVE_BUFFER", "Link"]

#: Bytes that a link keeps in passive mode.
RECEIVE_BUFFER = 5760


class Link:
    """An open link.

    :param module: the module that it belongs to.
    :param number: its number.
    :param kind: what it speaks.
    :param role: which side the module is.
    :param remote: the far end as the module knows it: its address and port.
    """

    def __init__(self, module: Virtual, number: int, kind: LinkType, role: LinkRole, remote: Address) -> None:
        self._module = module
        self.number = number
        self.kind = kind
        self.role = role
        self.remote: Address = remote
        self.local_port = 0
        #: How the far end was named, to open the link again.
        self.host: str = remote[0]
        self.channel: Channel | None = None
        self.datagrams: DatagramSocket | None = None
        self.udp_mode: UdpMode = UdpMode.FIXED
        self.idle_timer: Timer | None = None
        #: Bytes that wait to be fetched.
        self.waiting: bytearray = bytearray()
        self._sender = remote
        #: Lengths of the datagrams that wait.
        self._borders: deque[int] = deque()
        self._noticed = False
        self._over = False

    @property
    def record(self) -> LinkRecord:
        """What the module tells of it."""
        return LinkRecord(
            link_id=self.number,
            type=self.kind,
            remote_ip=self.remote[0],
            remote_port=self.remote[1],
            local_port=self.local_port,
            tetype=self.role,
        )

    @property
    def is_datagram(self) -> bool:
        """Whether it carries datagrams."""
        return self.kind in (LinkType.UDP, LinkType.UDPV6)

    @property
    def is_open(self) -> bool:
        """Whether it has a socket."""
        return self.channel is not None or self.datagrams is not None

    @property
    def over(self) -> bool:
        """Whether the far end has closed it, although data still wait."""
        return self._over

    @property
    def _passive(self) -> bool:
        return self._module.receiving.mode(self.number) is ReceiveMode.PASSIVE

    @property
    def _passing_through(self) -> bool:
        return self._module.settings[c.CIPMODE].mode is SendMode.PASSTHROUGH

    # For its channel

    def room(self) -> int:
        """Return how many bytes it takes now."""
        if self._passive and not self._passing_through:
            return RECEIVE_BUFFER - len(self.waiting)
        return 0 if self._module.outlet.congested else self._module.profile.largest_record

    def received(self, data: bytes) -> None:
        """Take what the far end has sent."""
        self._module.server.heard(self)
        if self._passing_through:
            self._module.write(data)
        elif self._passive:
            self.waiting += data
            if self.is_datagram:
                self._borders.append(len(data))
            if not self._noticed:
                self._notice()
        else:
            self._push(data)

    def ended(self) -> None:
        """Learn that the far end has closed the link; in passive mode that is not told before the data are fetched."""
        if self.waiting:
            self._over = True
        else:
            self._module.links.far_end_closed(self)

    # For its datagrams

    def datagram(self, data: bytes, sender: Address) -> None:
        """Take a datagram; it may change who the far end is."""
        if self.udp_mode is UdpMode.FIRST_SENDER:
            self.remote, self.udp_mode = sender, UdpMode.FIXED
        elif self.udp_mode is UdpMode.LAST_SENDER:
            self.remote = sender
        self._sender = sender
        room = self.room()
        # What does not fit is lost, as with any datagram; in passive mode that may be its end alone.
        data = data[:room] if self._passive else data if room else b""
        if data:
            self.received(data)

    # For the commands

    def fetch(self, length: int, *, keep_datagram: bool) -> bytes:
        """Take at most *length* of the bytes that wait; what is left is announced behind the answer.

        :param keep_datagram: take none of the next datagram.
        """
        if keep_datagram and self._borders:
            length = min(length, self._borders[0])
        data = self._taken(length)
        self._noticed = False
        self._module.console.after_answer(self._fetched)
        return data

    def push_waiting(self) -> None:
        """Push what waits, since the link is passive no more."""
        size = self._module.profile.largest_record
        while self.waiting:
            self._push(self._taken(min(size, self._borders[0]) if self._borders else size))
        self._noticed = False
        self._fetched()

    def _taken(self, length: int) -> bytes:
        data = bytes(self.waiting[:length])
        del self.waiting[:length]
        missing = len(data)
        while self._borders and missing >= self._borders[0]:
            missing -= self._borders.popleft()
        if self._borders:
            self._borders[0] -= missing
        return data

    @property
    def sender(self) -> Address:
        """Who has sent what comes in."""
        return self._sender if self.is_datagram else self.remote

    def resume(self) -> None:
        """Look again whether there is room for more."""
        if self.channel is not None:
            self.channel.resume()

    def close(self) -> None:
        """Close it, behind what was sent on it."""
        self._release()
        if self.channel is not None:
            self.channel.close()

    def abort(self) -> None:
        """Drop it."""
        self._release()
        if self.channel is not None:
            self.channel.abort()

    def _release(self) -> None:
        if self.idle_timer is not None:
            self.idle_timer.cancel()
            self.idle_timer = None
        if self.datagrams is not None:
            self.datagrams.close()

    def _fetched(self) -> None:
        if self.waiting:
            self._notice()
        if not self._over:
            self.resume()
        elif not self.waiting:
            self._module.links.far_end_closed(self)

    def _notice(self) -> None:
        self._noticed = True
        by_datagram = self._borders and self._module.receiving.reports_datagrams(self.number)
        length = self._borders[0] if by_datagram else len(self.waiting)
        if self._module.numbered:
            self._module.emit(e.IpdNoticeMux(link_id=self.number, length=length))
        else:
            self._module.emit(e.IpdNoticeSingle(length=length))

    def _push(self, data: bytes) -> None:
        length, number = len(data), self.number
        if not self._module.settings[c.CIPDINFO].mode:
            if self._module.numbered:
                self._module.emit(e.IpdMux(link_id=number, length=length, data=data))
            else:
                self._module.emit(e.IpdSingle(length=length, data=data))
            return
        ip, port = self.sender
        if self._module.profile.bare_addresses:
            shown = f"{number}," if self._module.numbered else ""
            self._module.write(f"\r\n+IPD,{shown}{length},{ip},{port}:".encode() + data + b"\r\n")
        elif self._module.numbered:
            self._module.emit(e.IpdMuxInfo(link_id=number, length=length, remote_ip=ip, remote_port=port, data=data))
        else:
            self._module.emit(e.IpdSingleInfo(length=length, remote_ip=ip, remote_port=port, data=data))
