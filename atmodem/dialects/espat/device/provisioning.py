"""Other ways to be told the network: WPS and SmartConfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.air import AccessPoint
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ....wire.secret import Secret
from .. import commands as c
from .. import events as e
from ..values.wifi import SmartConfigType

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Provisioning"]

#: What the firmware prints of the phone's protocol; the phone decides where two are allowed.
_TYPES = {
    SmartConfigType.ESPTOUCH: "ESPTOUCH",
    SmartConfigType.AIRKISS: "AIRKISS",
    SmartConfigType.ESPTOUCH_AIRKISS: "ESPTOUCH",
    SmartConfigType.ESPTOUCH_V2: "ESPTOUCH_V2",
}


class Provisioning(Part):
    """Waits for a button or a phone of the neighbourhood."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._wps = False
        self._smart: SmartConfigType | None = None

    def power_down(self) -> None:
        self._wait(wps=False, smart=None)

    def _wait(self, *, wps: bool, smart: SmartConfigType | None) -> None:
        self._wps, self._smart = wps, smart
        learners = self._module.air.learners
        if self in learners:
            learners.remove(self)
        if wps or smart is not None:
            learners.append(self)

    @handles(c.WPS)
    def control_wps(self, command: c.WPS) -> None:
        """Begin to wait for a button, or end it."""
        if command.enable:
            self._need_idle_station()
        self._wait(wps=command.enable, smart=None)

    @handles(c.CWSTARTSMART)
    def start_smart(self, command: c.CWSTARTSMART) -> None:
        """Begin to wait for a phone."""
        self._need_idle_station()
        self._wait(wps=False, smart=command.type or SmartConfigType.ESPTOUCH_AIRKISS)

    @handles(c.CWSTOPSMART)
    def stop_smart(self, _: c.CWSTOPSMART) -> None:
        """Wait for a phone no more."""
        self._wait(wps=self._wps, smart=None)

    def _need_idle_station(self) -> None:
        if not self._module.wifi.enabled or self._module.wifi.joined or self._wps or self._smart is not None:
            raise Refused

    # For the neighbourhood

    def button_pressed(self, point: AccessPoint) -> None:
        """Join the access point whose button was pressed."""
        if self._wps:
            self._wait(wps=False, smart=None)
            self._module.spawn(self._module.wifi.learn(point.ssid, point.password))

    def network_told(self, ssid: str, password: str) -> None:
        """Tell what a phone says, and join the network."""
        kind = self._smart
        if kind is not None:
            self._smart = None
            self._module.emit(e.SmartconfigType(type=_TYPES[kind]))
            self._module.emit(e.SmartGetWifiInfo())
            self._module.emit(e.SmartSsid(ssid=ssid))
            self._module.emit(e.SmartPassword(password=Secret(password)))
            self._module.spawn(self._join_told(ssid, password))

    async def _join_told(self, ssid: str, password: str) -> None:
        await self._module.wifi.learn(ssid, password)
        if self._module.wifi.online:
            self._module.emit(e.SmartconfigConnectedWifi())
