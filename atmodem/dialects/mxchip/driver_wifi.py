"""The MXCHIP station under the portable Wi-Fi session, and its addresses."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, CommandTimeout, JoinFailed
from ...portable.drivers import AddressDriver, WifiDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, Interface, InterfaceAddresses, Ipv4Settings, StationStatus
from ...wire.secret import Secret
from .commands.net import WJAPIP, WSAPIP
from .commands.wifi import WDHCP, WJAP, WJAPQ, WJAPS, WMAC, WSCAN, WSCANOPT
from .events.wifi import StationDown, StationUp
from .flash_lock import kept
from .outcomes import Outcome
from .values.enums import JoinFailure, ScanOption, StationState, Switch
from .writable import check

__all__ = ["UNSET", "MxAddresses", "MxWifi"]

#: How the firmware prints that there is no address.
UNSET = "0.0.0.0"  # noqa: S104 - nothing is bound to it
#: Seconds until a network is joined, and until one is left.
_JOIN_LIMIT = 20.0
_LEAVE_LIMIT = 5.0

_REASONS = {JoinFailure.WRONG_KEY: "WRONG_PASSWORD", JoinFailure.NETWORK_NOT_FOUND: "NO_SUCH_NETWORK"}
_MEANINGS = {
    "WRONG_PASSWORD": "the password is wrong",
    "NO_SUCH_NETWORK": "there is no such network in reach",
    "CONNECT_FAILED": "the module could not connect",
    "TIMEOUT": "the module was not connected in time",
}


class MxWifi(WifiDriver):
    """Scanning, joining and leaving with MXCHIP commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach. What their encryption is called is not documented."""
        command = WSCAN(ssid=ssid)
        check(command)
        with suppress(CommandError):  # names and signals are all that the firmware tells
            await self._modem.send(WSCANOPT(option=ScanOption.ADVANCED))
        found = await self._modem.send(command)
        return tuple(
            AccessPoint(ssid=point.ssid, rssi=point.rssi, channel=point.channel, bssid=point.bssid)
            for point in found.rows
        )

    async def join(self, ssid: str, password: str | Secret[str] | None, bssid: str | None) -> None:
        """Join a network and wait for the event that tells how it went."""
        command = WJAP(ssid=ssid, key=password or None)
        async with Outcome(self._modem, StationUp, StationDown) as outcome:
            try:
                await self._modem.send(command)
                while not isinstance(await outcome.get(_JOIN_LIMIT), StationUp):
                    state = await self._modem.send(WJAPS())
                    if state.state == StationState.STATION_UP:
                        break
                    if state.state != StationState.CONNECTING:
                        raise await self._failure(ssid, password, state.code)
            except CommandTimeout as error:
                await self._stop()
                raise _join_failed(ssid, "TIMEOUT") from error

    async def _failure(self, ssid: str, password: str | Secret[str] | None, code: JoinFailure | None) -> JoinFailed:
        """Return why a network was not joined. What the module does not tell, a look around does."""
        if code is not None:
            reason = _REASONS.get(code, "CONNECT_FAILED")
        else:
            near = await self._modem.send(WSCAN(ssid=ssid))
            suspected = "CONNECT_FAILED" if password is None else "WRONG_PASSWORD"
            reason = suspected if near.rows else "NO_SUCH_NETWORK"
        await self._stop()
        return _join_failed(ssid, reason)

    async def _stop(self) -> None:
        with suppress(CommandError, CommandTimeout):  # it has stopped by itself
            await self._modem.send(WJAPQ())

    async def leave(self) -> None:
        """Leave the network and wait until it is left."""
        async with Outcome(self._modem, StationDown) as outcome:
            joined = (await self._modem.send(WJAPS())).state == StationState.STATION_UP
            with suppress(CommandError):  # there is none
                await self._modem.send(WJAPQ())
            if joined:
                with suppress(CommandTimeout):  # it has been told to, and nothing more can be done
                    await outcome.get(_LEAVE_LIMIT)

    async def status(self) -> StationStatus:
        """Return the state of the station."""
        if (await self._modem.send(WJAPS())).state != StationState.STATION_UP:
            return StationStatus(joined=False)
        network = await self._modem.send(WJAP.query())
        address = await self._modem.send(WJAPIP.query())
        return StationStatus(
            joined=True,
            ssid=network.ssid,
            bssid=network.bssid,
            channel=network.channel,
            rssi=network.rssi,
            address=_known(address.ip),
            gateway=_known(address.gateway),
            netmask=_known(address.netmask),
        )


class MxAddresses(AddressDriver):
    """Reads and sets addresses with MXCHIP commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self, interface: Interface) -> InterfaceAddresses:
        """Return the addresses of an interface; the hardware address of the own access point is not told."""
        send = self._modem.send
        if interface is Interface.SOFTAP:
            own = await send(WSAPIP.query())
            return InterfaceAddresses(
                address=_known(own.ip), netmask=_known(own.netmask), gateway=_known(own.gateway), dhcp=False
            )
        told = await send(WJAPIP.query())
        dns = _known(told.dns)
        return InterfaceAddresses(
            mac=(await send(WMAC.query())).mac,
            address=_known(told.ip),
            netmask=_known(told.netmask),
            gateway=_known(told.gateway),
            dns=() if dns is None else (dns,),
            dhcp=(await send(WDHCP.query())).option == Switch.ON,
        )

    async def set_ipv4(self, interface: Interface, settings: Ipv4Settings | None) -> bool:
        """Set an address, which is in force from the next start on; that of the access point from its next start."""
        send = self._modem.send
        if interface is Interface.SOFTAP and settings is not None:
            await send(WSAPIP(ip=settings.address, netmask=settings.netmask, gateway=settings.gateway))
            return False
        async with kept(self._modem):
            if settings is None:
                await send(WDHCP(option=Switch.ON))
            else:
                await send(WDHCP(option=Switch.OFF))
                await send(WJAPIP(ip=settings.address, netmask=settings.netmask, gateway=settings.gateway))
        return False


def _known(address: str | None) -> str | None:
    return None if address in (None, UNSET) else address


def _join_failed(ssid: str, reason: str) -> JoinFailed:
    return JoinFailed(f"could not join {ssid!r}: {_MEANINGS[reason]}", code="STATION_DOWN", name=reason)
