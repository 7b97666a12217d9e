"""The MXCHIP access point under the portable session."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, CommandTimeout, InvalidArgument
from ...portable.drivers import SoftApDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Security, SoftApSettings, SoftApStatus
from .commands.net import WSAPIP
from .commands.wifi import WSAP, WSAPQ, WSAPS
from .driver_wifi import UNSET
from .events.wifi import AccessPointDown, AccessPointUp
from .outcomes import Outcome
from .values.enums import AccessPointState
from .writable import check

__all__ = ["MxSoftAp"]

#: Seconds until the access point runs, and until it has stopped.
_START_LIMIT = 20.0
_STOP_LIMIT = 5.0
#: A key of less than 8 bytes makes an open network; the command wants one.
_NO_KEY = "0"


class MxSoftAp(SoftApDriver):
    """Starts and stops the access point with MXCHIP commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def start(self, settings: SoftApSettings) -> None:
        """Start it and wait for the event that tells that it runs."""
        _check(settings)
        command = WSAP(ssid=settings.ssid, key=settings.password or _NO_KEY)
        check(command)
        address = settings.ipv4
        if address is not None:
            await self._modem.send(WSAPIP(ip=address.address, netmask=address.netmask, gateway=address.gateway))
        async with Outcome(self._modem, AccessPointUp, AccessPointDown) as outcome:
            await self._modem.send(command)
            try:
                event = await outcome.get(_START_LIMIT)
            except CommandTimeout:
                await self.stop()
                raise
        if isinstance(event, AccessPointDown):
            raise CommandError("the access point could not be started", code="AP_DOWN", name="AP_DOWN")

    async def stop(self) -> None:
        """Stop it and wait until it has stopped."""
        async with Outcome(self._modem, AccessPointDown) as outcome:
            running = (await self._modem.send(WSAPS())).state == AccessPointState.AP_UP
            with suppress(CommandError):  # it does not run
                await self._modem.send(WSAPQ())
            if running:
                with suppress(CommandTimeout):  # it has been told to, and nothing more can be done
                    await outcome.get(_STOP_LIMIT)

    async def status(self) -> SoftApStatus:
        """Return its state."""
        if (await self._modem.send(WSAPS())).state != AccessPointState.AP_UP:
            return SoftApStatus(running=False)
        own = await self._modem.send(WSAP.query())
        address = (await self._modem.send(WSAPIP.query())).ip
        return SoftApStatus(running=True, ssid=own.ssid, address=None if address == UNSET else address)


def _check(settings: SoftApSettings) -> None:
    """Refuse what WSAP has no parameter for."""
    protected = settings.password is not None
    if settings.security not in (None, Security.WPA2 if protected else Security.OPEN):
        raise InvalidArgument("security", "None: the module chooses it")
    if settings.channel is not None:
        raise InvalidArgument("channel", "None: the module chooses it")
    if settings.hidden:
        raise InvalidArgument("hidden", "False: the module always tells its name")
    if settings.stations is not None:
        raise InvalidArgument("stations", "None: the module has a limit of its own")
