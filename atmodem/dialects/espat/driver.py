"""ESP-AT under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from ...errors import CommandError
from ...portable.drivers import SocketDriver, WifiDriver
from ...portable.events import (
    PortableEvent,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
    WifiAddressAcquired,
    WifiAssociated,
    WifiDisconnected,
)
from ...portable.modem_api import ModemAPI
from ...wire.event import Event
from .commands.links import CIPDINFO, CIPMUX
from .commands.system import ATE0, SYSLOG, SYSSTORE
from .driver_sockets import EspSockets
from .driver_wifi import EspWifi
from .events import (
    ClosedMux,
    ConnectMux,
    IpdMux,
    IpdNoticeMux,
    LinkConn,
    WifiConnected,
    WifiDisconnect,
    WifiGotIp,
    WifiGotIpv6Gl,
)
from .values.sockets import LinkMode

__all__ = ["EspDriver"]


class EspDriver:
    """Does with ESP-AT commands what every module can do."""

    translates: tuple[type[Event], ...] = (
        ClosedMux,
        ConnectMux,
        IpdMux,
        IpdNoticeMux,
        LinkConn,
        WifiConnected,
        WifiDisconnect,
        WifiGotIp,
        WifiGotIpv6Gl,
    )

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._sockets = EspSockets(modem)
        self._wifi = EspWifi(modem)

    @property
    def wifi(self) -> WifiDriver:
        """The station."""
        return self._wifi

    @property
    def sockets(self) -> SocketDriver:
        """The links."""
        return self._sockets

    async def prepare(self) -> None:
        """Switch echo off and several links on; settings stay out of flash, refusals tell their cause."""
        send = self._modem.send
        await send(ATE0())
        for newer in (SYSSTORE(store=False), SYSLOG(status=True)):
            with suppress(CommandError):  # firmware before 2.1 has neither
                await send(newer)
        self._sockets.reset()
        mode = await send(CIPMUX.query())
        if mode.mode is not LinkMode.MULTIPLE:
            await self._sockets.close_all()
            await send(CIPMUX(mode=LinkMode.MULTIPLE))
        await send(CIPDINFO(mode=False))

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        match event:
            case IpdMux():
                lost = event.length - len(event.data) if event.short else 0
                yield SocketData(link=event.link_id, data=event.data, lost=lost, cause=event)
            case IpdNoticeMux():
                yield SocketReadable(link=event.link_id, length=event.length, cause=event)
            case ConnectMux() | LinkConn():
                yield SocketConnected(link=event.link_id, cause=event)
            case ClosedMux():
                self._sockets.closed(event.link_id)
                yield SocketClosed(link=event.link_id, cause=event)
            case WifiConnected():
                yield WifiAssociated(cause=event)
            case WifiGotIp():
                yield WifiAddressAcquired(version=4, cause=event)
            case WifiGotIpv6Gl():
                yield WifiAddressAcquired(version=6, cause=event)
            case WifiDisconnect():
                yield WifiDisconnected(cause=event)
            case _:
                pass
