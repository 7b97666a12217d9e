"""Provisioning of ESP-AT under the portable session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from ...errors import CommandError, ModeConflict
from ...portable.drivers import ProvisioningDriver
from ...portable.events import ProvisioningProgress, ProvisioningStep
from ...portable.modem_api import ModemAPI
from ...portable.values import ProvisioningMethod
from ...wire.event import Event
from ...wire.secret import Secret
from .commands.ble_profiles import BLUFI
from .commands.provisioning import CWSTARTSMART, CWSTOPSMART, WPS
from .commands.wifi import CWJAP, CWMODE
from .driver_le import EspLe
from .driver_web_server import EspWebServer
from .driver_wifi import be_station
from .events import (
    BlufiConn,
    BlufiData,
    BlufiPassword,
    BlufiSsid,
    Scrd,
    SmartconfigConnectedWifi,
    SmartconfigType,
    SmartPassword,
    SmartSsid,
    WebServerRsp,
    WifiGotIp,
)
from .values.wifi import SmartConfigType, WifiMode

__all__ = ["EspProvisioning"]

_SMART = {
    ProvisioningMethod.SMARTCONFIG: SmartConfigType.ESPTOUCH_AIRKISS,
    ProvisioningMethod.ESPTOUCH: SmartConfigType.ESPTOUCH,
    ProvisioningMethod.AIRKISS: SmartConfigType.AIRKISS,
    ProvisioningMethod.ESPTOUCH_V2: SmartConfigType.ESPTOUCH_V2,
}
_PORT = 80
_NETWORK_TOLD = 1


class EspProvisioning(ProvisioningDriver):
    """Starts and stops listening, and translates what a phone tells."""

    #: The wire events of provisioning alone.
    translates: tuple[type[Event], ...] = (
        BlufiConn,
        BlufiData,
        BlufiPassword,
        BlufiSsid,
        Scrd,
        SmartconfigConnectedWifi,
        SmartconfigType,
        SmartPassword,
        SmartSsid,
        WebServerRsp,
    )

    def __init__(self, modem: ModemAPI, web_server: EspWebServer, le: EspLe) -> None:
        self._modem = modem
        self._web_server = web_server
        self._le = le
        self._method: ProvisioningMethod | None = None
        self._ssid: str | None = None
        self._joined_at: float | None = None
        #: Seconds that the module needs to tell the phone that it has joined.
        self.farewell: float = 6.0

    def reset(self) -> None:
        """Listen no more: the module has started anew."""
        self._method = self._ssid = self._joined_at = None

    async def start(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
        """Begin to listen."""
        send = self._modem.send
        if method is ProvisioningMethod.ACCESS_POINT:
            if (await send(CWMODE.query())).mode not in (WifiMode.SOFTAP, WifiMode.STATION_SOFTAP):
                raise ModeConflict("the page is behind the module's access point", advice="open that first")
        else:
            await be_station(self._modem)
            if await send(CWJAP.query()) is not None:
                raise ModeConflict("the module is in a network already", advice="leave it first")
        if method is ProvisioningMethod.BLUFI and self._le.in_use:
            raise ModeConflict("BluFi excludes other uses of Bluetooth Low Energy", advice="close its sessions first")
        self.reset()
        self._method = method
        try:
            if method is ProvisioningMethod.ACCESS_POINT:
                await self._web_server.start(_PORT)
            elif method is ProvisioningMethod.BLUFI:
                await send(BLUFI(option=True))
            elif method is ProvisioningMethod.WPS_BUTTON:
                await send(WPS(enable=True))
            else:
                await send(CWSTARTSMART(type=_SMART[method], esptouch_v2_key=key))
        except (CommandError, ModeConflict):
            self.reset()
            raise

    async def stop(self) -> None:
        """Stop listening, once the phone was told that the network is joined."""
        method = self._method
        if method is None:
            return
        if self._joined_at is not None and method in _SMART:
            await asyncio.sleep(self._joined_at + self.farewell - asyncio.get_running_loop().time())
        self.reset()
        with suppress(CommandError):  # it has stopped by itself
            if method is ProvisioningMethod.ACCESS_POINT:
                await self._web_server.stop()
            elif method is ProvisioningMethod.BLUFI:
                await self._modem.send(BLUFI(option=False))
            elif method is ProvisioningMethod.WPS_BUTTON:
                await self._modem.send(WPS(enable=False))
            else:
                await self._modem.send(CWSTOPSMART())

    def translate(self, event: Event) -> Iterable[ProvisioningProgress]:
        """Return the progress that an event means while the module listens."""
        if self._method is None:
            return
        step: ProvisioningStep | None = None
        protocol: str | None = None
        ssid: str | None = None
        password: Secret[str] | None = None
        data: bytes | None = None
        match event:
            case SmartconfigType():
                step, protocol = ProvisioningStep.STARTED, event.type
            case BlufiConn():
                step, protocol = ProvisioningStep.STARTED, "BLUFI"
            case SmartSsid() | BlufiSsid():
                self._ssid = event.ssid
            case SmartPassword() | BlufiPassword():
                step, ssid, password = ProvisioningStep.NETWORK_KNOWN, self._ssid, event.password
            case WebServerRsp(n=n) if n == _NETWORK_TOLD:
                step = ProvisioningStep.NETWORK_KNOWN
            case Scrd():
                step, data = ProvisioningStep.DATA, event.data.encode("utf-8", "surrogateescape")
            case BlufiData():
                step, data = ProvisioningStep.DATA, event.data
            case SmartconfigConnectedWifi():
                step, ssid = ProvisioningStep.JOINED, self._ssid
                self._joined_at = asyncio.get_running_loop().time()
            case WifiGotIp() if self._method not in _SMART:
                step, ssid = ProvisioningStep.JOINED, self._ssid
            case _:
                pass
        if step is not None:
            yield ProvisioningProgress(
                step=step, protocol=protocol, ssid=ssid, password=password, data=data, cause=event
            )
