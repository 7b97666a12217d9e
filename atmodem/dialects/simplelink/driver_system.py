"""The CC3220 itself under the portable sessions: identity, restart, power."""

from __future__ import annotations

from ...errors import InvalidArgument
from ...portable.drivers import PowerDriver, SystemDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Identity, PowerSaving
from ...wire.script import Script
from .commands.file import FileCtl
from .commands.netcfg import NetCfgGet
from .commands.system import Get, Start, Stop
from .commands.wlan import WlanPolicySet, WlanSet
from .driver_role import STOP_MS
from .values.file import RestoreFactory, RestoreMode
from .values.netcfg import GetMacAddr
from .values.system import GeneralVersion, IotUdid
from .values.wlan_options import GeneralStaTxPower
from .values.wlan_policies import PmOption, PmPolicy

__all__ = ["SlPower", "SlSystem"]

_SAVING = {
    PowerSaving.OFF: PmOption.ALWAYS_ON,
    PowerSaving.MODEM: PmOption.NORMAL,
    PowerSaving.LIGHT: PmOption.LOW_POWER,
}
_MOST_ATTENUATION = 15


class _StartAnew(Start):
    """The start that ends a restart: nothing that was before goes on."""

    __slots__ = ()

    def script(self) -> Script:
        return Script(restarts=True)


class SlSystem(SystemDriver):
    """Asks and restarts the network processor. The processor that speaks AT belongs to the application."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def identity(self) -> Identity:
        """Return the versions, the address and the number of the device."""
        version = await self._modem.send(Get(option=GeneralVersion))
        udid = (await self._modem.send(Get(option=IotUdid))).udid
        return Identity(
            firmware=version.nwp,
            model=f"0x{version.chip_id:08x}",
            mac=(await self._modem.send(NetCfgGet(id=GetMacAddr))).mac,
            details={
                "MAC firmware": version.fw,
                "PHY firmware": version.phy,
                "ROM": str(version.rom),
                "UDID": bytes(udid).hex(),
            },
        )

    async def restart(self) -> None:
        """Stop the network processor and start it."""
        await self._modem.send(Stop(timeout=STOP_MS))
        await self._modem.send(_StartAnew())

    async def restore(self) -> None:
        """Put the file system back to its state without files, and start the network processor anew."""
        await self._modem.send(FileCtl(command=RestoreFactory(mode=RestoreMode.FACTORY_DEFAULT)))
        await self.restart()


class SlPower(PowerDriver):
    """Power of the radio, by policy and by setting."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def set_saving(self, mode: PowerSaving) -> None:
        """Set the policy of the station."""
        await self._modem.send(WlanPolicySet(option=PmPolicy(option=_SAVING[mode])))

    async def set_transmit(self, attenuation: float) -> None:
        """Set the power in whole dB."""
        offset = round(attenuation)
        if not 0 <= offset <= _MOST_ATTENUATION:
            raise InvalidArgument("attenuation", f"0 to {_MOST_ATTENUATION} dB")
        await self._modem.send(WlanSet(option=GeneralStaTxPower(offset=offset)))
