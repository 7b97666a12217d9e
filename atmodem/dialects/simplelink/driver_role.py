"""What a CC3220 is in the air: a station or an access point, never both."""

from __future__ import annotations

from ...errors import ModeConflict
from ...portable.modem_api import ModemAPI
from .commands.system import Start, Stop
from .commands.wlan import WlanGet, WlanSetMode
from .values.wlan import WlanRole
from .values.wlan_options import ConnectionStatus, WlanConnection

__all__ = ["Role"]

#: Milliseconds for what is on its way when the network processor is stopped.
STOP_MS = 200


class Role:
    """Switches between the roles. A new one begins with a start of the network processor, which drops all sockets."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        #: This program has its access point open, or is about to open or close it.
        self.hosting: bool = False
        #: What keeps the module a station at the moment, in words.
        self.engaged: set[str] = set()

    def reset(self) -> None:
        """Forget what was opened: the module has started anew."""
        self.hosting = False
        self.engaged.clear()

    async def current(self) -> WlanRole:
        """Return the role that the module has."""
        return (await self._modem.send(WlanGet(option=WlanConnection))).role

    async def be_station(self) -> None:
        """Be a station, also where another program has left an access point.

        :raises ModeConflict: this program has the access point open.
        """
        if self.hosting:
            raise ModeConflict("the module is an access point, and cannot be a station too", advice="close that first")
        if await self.current() != WlanRole.STA:
            await self.take(WlanRole.STA)

    async def check_free(self) -> None:
        """Make sure that nothing is lost when the role changes.

        :raises ModeConflict: the station is in a network, or about to join one.
        """
        if self.engaged:
            raise ModeConflict(f"the module is {', '.join(self.engaged)}", advice="wait for its end")
        connection = await self._modem.send(WlanGet(option=WlanConnection))
        if connection.status == ConnectionStatus.STATION_CONNECTED:
            raise ModeConflict(
                "the module is a station in a network, and cannot be an access point too", advice="leave it first"
            )

    async def take(self, role: WlanRole) -> None:
        """Take a role."""
        await self._modem.send(WlanSetMode(mode=role))
        await self._modem.send(Stop(timeout=STOP_MS))
        await self._modem.send(Start())
