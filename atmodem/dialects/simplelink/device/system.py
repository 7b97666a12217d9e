"""The device: start, stop, version, clock, help."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....wire.command import Command, Query
from ..commands.socket import Socket
from ..commands.system import Get, Set, Start, Stop, Test
from ..values.system import (
    DeviceValue,
    GeneralPersistent,
    GeneralTime,
    GeneralVersion,
    IotUdid,
    StatusBsd,
    StatusDevice,
    StatusFs,
    StatusNetApp,
    StatusNetCfg,
    StatusWlan,
)
from .refusals import Why, not_parsed

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["BANNER", "SystemPart"]

BANNER = (
    b"\n\n\n\r\t ==============================================\n\r\t    AT Commands Example Ver: 1.1.2\n\r"
    b"\t ==============================================\n\r\n\r\t CHIP: 0x31100019\n\r\t MAC:  3.7.0.1\n\r"
    b"\t PHY:  3.1.0.26\n\r\t NWP:  4.13.0.2\n\r\t ROM:  13107\n\r\t HOST: 3.0.1.71\n\r"
    b"\t MAC address: 08:00:28:5b:55:e0\n\r\n\r\t ==============================================\n\r"
    b"\n\r\n\rEnter AT Command:\n\r"
)
#: What the clock shows at power-up.
_EPOCH = datetime(2000, 1, 1)
_UNREADABLE = (StatusNetCfg, StatusFs)


class SystemPart(Part):
    """Obeys the commands about the device.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._time = _EPOCH
        self._time_since = 0.0
        self._persistent = GeneralPersistent(enabled=True)
        #: Events that were dropped, for ``Get`` to tell once.
        self.dropped: dict[type[DeviceValue], tuple[Any, ...]] = {}

    def power_up(self) -> None:
        self._time, self._time_since = _EPOCH, self._module.clock.time()
        self.dropped.clear()

    @handles(Start)
    def start(self, command: Start) -> None:
        """Start the network processor, in the mode that was set."""
        self._module.wlan.begin()

    @handles(Stop)
    def stop(self, command: Stop) -> None:
        """Stop the network processor: sockets, clients and connections are gone."""
        module = self._module
        for part in (module.sockets, module.http, module.mqtt, module.names, module.applications, module.wlan):
            part.power_down()

    @handles(Test)
    def test(self, command: Test) -> None:
        """Answer."""

    @handles(Set)
    def set(self, command: Set) -> None:
        """Set the clock, or whether settings are kept."""
        option = command.option
        if isinstance(option, GeneralPersistent):
            self._persistent = option
        elif isinstance(option, GeneralTime):
            try:
                date = (option.year, option.month, option.day, option.hour, option.minute, option.second)
                self._time = datetime(*date)
            except ValueError:
                raise not_parsed(Why.OUT_OF_RANGE) from None
            self._time_since = self._module.clock.time()

    @handles(Get)
    def get(self, command: Get[Any]) -> object:
        """Tell a setting."""
        row: type[DeviceValue] = command.option
        if row in _UNREADABLE:
            raise not_parsed(Why.MISSING)
        if row is GeneralPersistent:
            return self._persistent
        if row is GeneralVersion:
            return GeneralVersion(chip_id=0x31100019, fw="3.7.0.1", phy="3.1.0.26", nwp="4.13.0.2", rom=13107)
        if row is IotUdid:
            return IotUdid(udid=tuple(range(0xA0, 0xB0)))
        if row is GeneralTime:
            return self._now()
        status: type[StatusDevice | StatusWlan | StatusBsd | StatusNetApp] = command.option
        return status(flags=self.dropped.pop(row, ()))

    def _now(self) -> GeneralTime:
        now = self._time + timedelta(seconds=self._module.clock.time() - self._time_since)
        return GeneralTime(
            hour=now.hour, minute=now.minute, second=now.second, day=now.day, month=now.month, year=now.year
        )

    def usage(self, command: Query[str]) -> str:
        """Tell how a command is written."""
        return usage_of(command.of)


def usage_of(command: type[Command[Any]]) -> str:
    """Return the parameters of a command as its help shows them."""
    names = [parameter.name for parameter in command.declaration.parameters]
    if command is Socket:
        names[0] = "family"
    return ",".join(f"[{''.join(word.capitalize() for word in name.split('_'))}]" for name in names)
