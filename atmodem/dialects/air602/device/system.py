"""The module itself: start, reset, echo, flash, addresses, versions, power."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ....virtual.clock import Timer
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ....wire.command import Command
from ..commands.net import PING
from ..commands.system import (
    AOLM,
    APMAC,
    DBG,
    DDNS,
    ENTS,
    HWV,
    IOC,
    MAC,
    NULL,
    PMTF,
    QMAC,
    QVER,
    RSTF,
    TEM,
    UPDP,
    UPNP,
    E,
    Z,
)
from ..commands.uart import ATM, UART
from ..records import FirmwareVersion, HardwareId, MacAddress, Temperature
from ..values import PowerSave, UserDefaults, WakeBy, WorkMode
from .codes import Code

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["DO_NOTHING", "SystemPart", "ap_mac"]

#: Commands that the firmware answers without doing anything that can be seen.
DO_NOTHING: frozenset[type[Command[Any]]] = frozenset((AOLM, DBG, DDNS, IOC, NULL, PING, UPNP))

#: Seconds from the answer to Z until the reset.
_RESET_AFTER = 0.1
_HARDWARE = 0x0000_0000_0100


def ap_mac(mac: str) -> str:
    """Return the hardware address of the access point of a module whose station has *mac*."""
    first, rest = mac.split(":", 1)
    return f"{int(first, 16) | 2:02x}:{rest}"


class SystemPart(Part):
    """Obeys the commands about the module itself.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._timer: Timer | None = None
        self._baudrate = module.parameters[UART].baudrate

    def power_up(self) -> None:
        baudrate = self._module.parameters[UART].baudrate
        if baudrate != self._baudrate:
            self._baudrate = baudrate
            self._module.set_baudrate(baudrate)

    def power_down(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Start, echo, flash

    @handles(Z)
    def reset(self, _: Z) -> None:
        """Answer, and start anew a moment later."""
        self._later(_RESET_AFTER, self._module.restart)

    @handles(E)
    def toggle_echo(self, _: E) -> None:
        """Switch the echo on or off."""
        self._module.console.echo = not self._module.console.echo

    @handles(PMTF)
    def save_all(self, _: PMTF) -> None:
        """Write all parameters to flash."""
        self._module.parameters.save_all()

    @handles(RSTF)
    def restore(self, _: RSTF) -> None:
        """Write the factory's parameters to flash."""
        self._module.parameters.restore()

    @handles(UPDP)
    def edit_user_defaults(self, command: UPDP) -> None:
        """Let setters change the user defaults, or no more."""
        self._module.parameters.editing_defaults = command.mode == UserDefaults.EDIT

    # What it is

    @handles(QMAC)
    def station_mac(self, _: QMAC) -> MacAddress:
        """Return the hardware address of the station."""
        return MacAddress(mac=self._module.parameters[MAC].mac)

    @handles(APMAC)
    def softap_mac(self, _: APMAC) -> MacAddress:
        """Return the hardware address of the access point."""
        return MacAddress(mac=ap_mac(self._module.parameters[MAC].mac))

    @handles(QVER)
    def version(self, _: QVER) -> FirmwareVersion:
        """Return the version that runs."""
        return FirmwareVersion(version=self._module.updates.version)

    @handles(TEM)
    def temperature(self, _: TEM) -> Temperature:
        """Return the temperature of a room."""
        return Temperature(celsius=25.0)

    @handles(HWV)
    def hardware(self, _: HWV) -> HardwareId:
        """Return what every virtual module is."""
        return HardwareId(value=_HARDWARE)

    # Power

    @handles(ENTS)
    def save_power(self, command: ENTS) -> None:
        """Switch the radio off or on, or fall asleep until the timer or the pin ends it."""
        if command.ps_type == PowerSave.WIFI_OFF:
            if self._module.parameters[ATM].mode == WorkMode.AUTO:
                raise Refused(Code.OPS)
            if command.wake_type == WakeBy.ON_OR_TIMER:
                self._later(command.delay_time / 1000, self._module.wifi.leave_all)
            return
        seconds = command.wake_time / 1000 if command.wake_type == WakeBy.ON_OR_TIMER else None
        self._later(command.delay_time / 1000, lambda: self._module.sleep(seconds))

    def _later(self, delay: float, callback: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._module.clock.call_later(delay, callback)
