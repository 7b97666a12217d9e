"""The module as a whole: versions, start, power, the speed of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ..commands.system import AT, FACTORY, FWVER, MEMFREE, REBOOT, STANDBY, SYSTIME
from ..commands.uart import UART
from ..values.records import FirmwareVersion, FreeMemory, Uptime

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["System"]

_FREE_MEMORY = 61848


class System(Part):
    """Obeys the commands about the module itself.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._started = 0.0
        self._baudrate = module.settings[UART].baud_rate
        #: Version of the firmware; an update changes it.
        self.version: str = module.profile.version

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._module.clock.time() - self._started

    def power_up(self) -> None:
        self._started = self._module.clock.time()
        baudrate = self._module.settings[UART].baud_rate
        if baudrate != self._baudrate:
            self._baudrate = baudrate
            self._module.set_baudrate(baudrate)

    @handles(AT)
    def be_alive(self, _: AT) -> None:
        """Answer."""

    @queries(FWVER)
    def firmware(self) -> FirmwareVersion:
        """Tell its version."""
        return FirmwareVersion(fwver=self.version)

    @queries(SYSTIME)
    def told_uptime(self) -> Uptime:
        """Tell the time since the start."""
        return Uptime(systime=int(self.uptime * 1000))

    @queries(MEMFREE)
    def free_memory(self) -> FreeMemory:
        """Tell what every virtual module has."""
        return FreeMemory(storage=_FREE_MEMORY)

    @handles(REBOOT)
    def reboot(self, _: REBOOT) -> None:
        """Start anew behind the answer."""
        self._module.console.after_answer(self._module.restart)

    @handles(FACTORY)
    def reset(self, _: FACTORY) -> None:
        """Go back to the factory's settings, and start anew behind the answer."""
        self._module.restore()
        self._module.console.after_answer(self._module.restart)

    @handles(STANDBY)
    def stand_by(self, _: STANDBY) -> None:
        """Fall asleep behind the answer."""
        self._module.console.after_answer(self._module.sleep)
