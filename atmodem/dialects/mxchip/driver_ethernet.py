"""Raw Ethernet frames of the moc108 under the portable protocol."""

from __future__ import annotations

from ...errors import ModeConflict
from ...portable.drivers import EthernetDriver
from ...portable.modem_api import ModemAPI
from .commands.ethernet import ENETRAWMODE, ENETRAWSEND
from .commands.sockets import CIPSTATUS
from .link_table import LINKS
from .values.enums import LinkState, Switch

__all__ = ["MxEthernet"]

_SHUT = (LinkState.STOP, LinkState.CLOSE)


class MxEthernet(EthernetDriver):
    """Passes frames, which excludes links and MQTT."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def open(self) -> None:
        """Let frames pass; open links are not broken for it."""
        for number in range(LINKS):
            if (await self._modem.send(CIPSTATUS(id=number))).status not in _SHUT:
                raise ModeConflict("raw frames exclude links, and one is open", advice="close it first")
        await self._modem.send(ENETRAWMODE(mode=Switch.ON))

    async def send_frame(self, frame: bytes) -> None:
        """Send one frame, without its check sequence."""
        await self._modem.send(ENETRAWSEND(data=frame))

    async def close(self) -> None:
        """Let frames pass no more."""
        await self._modem.send(ENETRAWMODE(mode=Switch.OFF))
