"""WPS by a CC3220 under the portable session."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from ...errors import CommandError, InvalidArgument, ModeConflict
from ...portable.drivers import ProvisioningDriver
from ...portable.events import ProvisioningProgress, ProvisioningStep
from ...portable.modem_api import ModemAPI
from ...portable.values import ProvisioningMethod
from ...wire.event import Event
from ...wire.secret import Secret
from .commands.wlan import WlanConnect, WlanDisconnect, WlanGet
from .driver_role import Role
from .events import EventNetAppIpv4Acquired, EventWlanConnect, EventWlanDisconnect
from .values.wlan import Security
from .values.wlan_options import ConnectionStatus, WlanConnection

__all__ = ["SlProvisioning"]

#: The name of a network that is not known yet; the module looks for whoever offers WPS.
_ANY = "WPS"
_OWN_WISH = 200
_LISTENING = "being told a network"


class SlProvisioning(ProvisioningDriver):
    """Begins and ends WPS by joining a network that has no name yet."""

    def __init__(self, modem: ModemAPI, role: Role) -> None:
        self._modem = modem
        self._role = role
        self._listens = False
        self._ssid: str | None = None

    def reset(self) -> None:
        """Forget what was begun: the module has started anew."""
        self._listens = False
        self._ssid = None
        self._role.engaged.discard(_LISTENING)

    async def start(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
        """Look for a network whose button was pressed, or that knows the PIN."""
        with_pin = method is ProvisioningMethod.WPS_PIN
        if with_pin and key is None:
            raise InvalidArgument("key", "the eight digits of the PIN that the access point was told")
        await self._role.be_station()
        connection = await self._modem.send(WlanGet(option=WlanConnection))
        if connection.status == ConnectionStatus.STATION_CONNECTED:
            raise ModeConflict("the module is in a network already", advice="leave it first")
        self._listens, self._ssid = True, None
        self._role.engaged.add(_LISTENING)
        command = WlanConnect(ssid=_ANY, security=Security.WPS_PIN if with_pin else Security.WPS_PBC, key=key)
        try:
            await self._modem.send(command)
        except CommandError:
            self.reset()
            raise

    async def stop(self) -> None:
        """Stop looking; a network that was joined stays."""
        listens, joined = self._listens, self._ssid is not None
        self.reset()
        if listens and not joined:
            with suppress(CommandError):  # it has stopped by itself
                await self._modem.send(WlanDisconnect())

    def translate(self, event: Event) -> Iterable[ProvisioningProgress]:
        """Return the progress that an event means while the module looks."""
        if not self._listens:
            return
        if isinstance(event, EventWlanConnect):
            self._ssid = event.ssid
            yield ProvisioningProgress(step=ProvisioningStep.NETWORK_KNOWN, ssid=event.ssid, cause=event)
        elif isinstance(event, EventNetAppIpv4Acquired) and self._ssid is not None:
            self._listens = False
            self._role.engaged.discard(_LISTENING)
            yield ProvisioningProgress(step=ProvisioningStep.JOINED, ssid=self._ssid, cause=event)
        elif isinstance(event, EventWlanDisconnect) and event.reason != _OWN_WISH:
            self.reset()
            yield ProvisioningProgress(step=ProvisioningStep.FAILED, cause=event)
