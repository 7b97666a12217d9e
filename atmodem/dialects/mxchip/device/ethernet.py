"""Raw Ethernet frames on the moc108."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.intake import Counted
from ....virtual.results import Payload, Refused
from ..commands.ethernet import ENETRAWMODE, ENETRAWSEND
from ..events.sockets import EthernetFrame
from ..values.enums import Switch
from .sending import DATA_LIMIT, refuse_late

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Ethernet"]


class Ethernet(Part):
    """Passes frames between the line and a script.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: The frames that the module has sent, in order.
        self.sent: list[bytes] = []

    @property
    def _on(self) -> bool:
        return self._module.settings[ENETRAWMODE].mode == Switch.ON

    def receive(self, frame: bytes) -> None:
        """Let a frame arrive; it is lost unless frames are passed."""
        if self._on:
            self._module.emit(EthernetFrame(length=len(frame), data=frame))

    @handles(ENETRAWSEND)
    def send(self, command: ENETRAWSEND) -> Payload:
        """Take one frame."""
        if not self._on:
            raise Refused
        intake = Counted(command.data_length or 0)
        return Payload(intake=intake, then=self.sent.append, limit=DATA_LIMIT, late=refuse_late)
