"""MXCHIP provisioning under the portable session."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from ...errors import CommandError, ModeConflict
from ...portable.drivers import ProvisioningDriver
from ...portable.events import ProvisioningProgress, ProvisioningStep
from ...portable.modem_api import ModemAPI
from ...portable.values import ProvisioningMethod
from ...wire.secret import Secret
from .commands.provisioning import SMARTSTART, SMARTSTOP
from .commands.wifi import WJAPS
from .events.wifi import StationUp
from .values.enums import ProvisioningType, StationState

__all__ = ["MxProvisioning"]

_TYPES = {
    ProvisioningMethod.SMARTCONFIG: ProvisioningType.EASYLINK_AIRKISS,
    ProvisioningMethod.EASYLINK: ProvisioningType.EASYLINK,
    ProvisioningMethod.AIRKISS: ProvisioningType.AIRKISS,
    ProvisioningMethod.ALIBABA: ProvisioningType.EASYLINK_AWS,
    ProvisioningMethod.ACCESS_POINT: ProvisioningType.SOFTAP,
}


class MxProvisioning(ProvisioningDriver):
    """Starts and stops listening. The module tells nothing but that it has joined."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._type: ProvisioningType | None = None

    def reset(self) -> None:
        """Listen no more: the module has started anew."""
        self._type = None

    async def start(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
        """Begin to listen."""
        if (await self._modem.send(WJAPS())).state == StationState.STATION_UP:
            raise ModeConflict("the module is in a network already", advice="leave it first")
        self._type = _TYPES[method]
        try:
            await self._modem.send(SMARTSTART(type=self._type))
        except CommandError:
            self.reset()
            raise

    async def stop(self) -> None:
        """Stop listening."""
        kind, self._type = self._type, None
        if kind is not None:
            with suppress(CommandError):  # it has stopped by itself, or this way is not stopped
                await self._modem.send(SMARTSTOP(type=kind))

    def translate(self, event: StationUp) -> Iterable[ProvisioningProgress]:
        """Return the progress that an event means while the module listens."""
        if self._type is not None:
            yield ProvisioningProgress(step=ProvisioningStep.JOINED, cause=event)
