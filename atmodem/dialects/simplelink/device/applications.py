"""Network applications: what is started, and requests of the network processor."""

from __future__ import annotations

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands.netapp import NetAPPRecv, NetAPPSend, NetAPPStart, NetAPPStop
from ..values.netapp import NetApp
from .refusals import Code

__all__ = ["ApplicationsPart"]


class ApplicationsPart(Part):
    """Obeys the commands that start and stop applications; they serve nobody."""

    def __init__(self) -> None:
        #: What is started.
        self.started: set[NetApp] = {NetApp.HTTP_SERVER, NetApp.DHCP_SERVER, NetApp.MDNS}

    @handles(NetAPPStart)
    def start(self, command: NetAPPStart) -> None:
        """Start applications."""
        self.started.update(command.apps)

    @handles(NetAPPStop)
    def stop(self, command: NetAPPStop) -> None:
        """Stop applications."""
        self.started.difference_update(command.apps)

    @handles(NetAPPSend)
    def send(self, command: NetAPPSend) -> None:
        """Take the answer to a request that was never made."""

    @handles(NetAPPRecv)
    def receive(self, command: NetAPPRecv) -> None:
        """Refuse: the core forgets to allocate a buffer."""
        raise Refused(Code.REFUSED)
