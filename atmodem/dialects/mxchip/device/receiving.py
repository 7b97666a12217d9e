"""What comes in on the links: told at once, kept until it is fetched, or passed on bare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.network import Address
from ....virtual.results import Answer, Lines, Refused
from ..commands.sockets import CIPRECV, CIPRECVCFG
from ..commands.system import CIPEVENT
from ..events.sockets import BroadcastData, SocketData
from ..values.enums import LinkType, ReceiveMode, Switch
from ..values.records import ReceivedData
from .link import Link

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Receiving"]

#: Most bytes of a connection that are told in one event.
_SEGMENT = 1460
#: Most bytes that one link keeps.
_BUFFER = 4 * _SEGMENT


class Receiving(Part):
    """Obeys the commands that receive.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module

    @property
    def _keeps(self) -> bool:
        return self._module.settings[CIPRECVCFG].recv_mode == ReceiveMode.COMMAND

    def room(self, link: Link) -> int:
        """Return how many bytes *link* takes now: none that the line could not take."""
        if self._keeps and not self._module.transparent.carries(link):
            return _BUFFER - sum(map(len, link.waiting.values()))
        return 0 if self._module.outlet.congested else _SEGMENT

    def arrived(self, link: Link, data: bytes, sender: Address) -> None:
        """Take what a far end has sent."""
        if self._module.transparent.carries(link):
            self._module.write(data)
        elif self._keeps:
            link.waiting.setdefault(sender[1], bytearray()).extend(data)
        elif self._module.settings[CIPEVENT].state == Switch.OFF:
            # Without events there is no frame either.
            self._module.write(data)
        else:
            self._tell(link, data, sender)

    def datagram(self, link: Link, data: bytes, sender: Address) -> None:
        """Take a datagram; what does not fit is lost."""
        data = data[: self.room(link)]
        if data:
            self.arrived(link, data, sender)

    def _tell(self, link: Link, data: bytes, sender: Address) -> None:
        number, length = link.number, len(data)
        if link.command.type is LinkType.UDP_BROADCAST and self._module.profile.broadcast_events:
            self._module.emit(BroadcastData(ip=sender[0], port=sender[1], id=number, length=length, data=data))
        else:
            self._module.emit(SocketData(id=number, length=length, data=data))

    @handles(CIPRECVCFG)
    def set_mode(self, command: CIPRECVCFG) -> None:
        """Keep what comes, or tell it at once; what waits is told behind the answer."""
        self._module.settings.set(command)
        if command.recv_mode == ReceiveMode.RAW:
            self._module.console.after_answer(self._tell_waiting)

    def _tell_waiting(self) -> None:
        for link in self._module.links.all:
            waiting, link.waiting = link.waiting, {}
            for port, data in waiting.items():
                for start in range(0, len(data), _SEGMENT):
                    self.arrived(link, bytes(data[start : start + _SEGMENT]), ("", port))
            link.resume()

    @handles(CIPRECV)
    def fetch(self, command: CIPRECV) -> Answer:
        """Tell what waits, as much as was asked for."""
        link = self._module.links.get(command.id)
        if link is None or not self._knows(link, command.port):
            raise Refused
        waiting = link.waiting.get(command.port, bytearray())
        data = bytes(waiting[: command.length])
        del waiting[: command.length]
        self._module.console.after_answer(link.resume)
        return ReceivedData(length=len(data), data=data) if data else Lines([b"+CIPRECV:0"])

    @staticmethod
    def _knows(link: Link, port: int) -> bool:
        return link.is_datagram or port == link.command.remote_port or port in link.ends or port in link.waiting
