"""Names, pings, the clock and mDNS of a CC3220 under the portable sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import anyio

from ...errors import AtmodemError, CommandError, InvalidArgument
from ...portable.drivers import ClockDriver, MdnsDriver, NetworkDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import NetworkTime, PingResult, Service
from .commands.netapp import (
    NetAPPGetHostByName,
    NetAPPGetServiceList,
    NetAPPPing,
    NetAPPRegisterService,
    NetAPPSet,
    NetAPPStart,
    NetAPPUnRegisterService,
)
from .commands.system import Get, Set
from .failures import told
from .values.netapp import MdnsService, NetApp, PingFlag, ServiceListFlag, ServiceOption
from .values.netapp_options import MdnsContQuery
from .values.sockets import Family
from .values.system import GeneralTime

__all__ = ["SlClock", "SlMdns", "SlNetwork", "family_of", "resolve"]

_UNKNOWN = ("NO_DNS_ANSWER", "NAME_NOT_FOUND")
#: Bytes of a ping, and milliseconds between two.
_PING_SIZE, _PING_PAUSE = 32, 100
#: Services that the module remembers at most, a generous guess.
_MOST_SERVICES = 32
#: Bytes of a service's whole name.
_LONGEST_NAME = 60
#: Seconds that others may remember a service.
_TTL = 120
_ANNOUNCED = (ServiceOption.IS_NOT_PERSISTENT,)


def family_of(address: str) -> Family:
    """Return the family of an address."""
    return Family.INET if ip_address(address).version == 4 else Family.INET6


async def resolve(modem: ModemAPI, host: str, version: int | None = None) -> str:
    """Return an address of a host: that of version 4 before that of version 6, where either will do.

    :raises CommandError: ``name`` is ``NO_SUCH_HOST`` when there is none.
    """
    with suppress(ValueError):
        return str(ip_address(host))
    wanted = [Family.INET, Family.INET6] if version is None else [Family.INET if version == 4 else Family.INET6]
    while True:
        family = wanted.pop(0)
        try:
            return (await modem.send(NetAPPGetHostByName(host=host, family=family))).address
        except CommandError as error:
            if error.name not in _UNKNOWN:
                raise
            if not wanted:
                raise told(CommandError, error, f"there is no host {host!r}", name="NO_SUCH_HOST") from error


class SlNetwork(NetworkDriver):
    """Looks up and pings hosts with commands of the network applications."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def resolve(self, host: str, version: int | None) -> tuple[str, ...]:
        """Return the one address that the module tells."""
        return (await resolve(self._modem, host, version),)

    async def ping(self, host: str, count: int, time_limit: float) -> PingResult:
        """Ping a host and report once, at the end. Cancelled, the module is told to stop."""
        address = await resolve(self._modem, host)
        command = NetAPPPing(
            family=family_of(address),
            destination=address,
            size=_PING_SIZE,
            delay_ms=_PING_PAUSE,
            timeout_ms=max(1, round(time_limit * 1000)),
            count=count,
            flags=PingFlag.AT_END,
        )
        try:
            report = await self._modem.send(command)
        except asyncio.CancelledError:
            with anyio.CancelScope(shield=True), suppress(AtmodemError):
                await self._modem.send(_stop(command))
            raise
        if report is None or not report.received:
            return PingResult(sent=count, received=0)
        return PingResult(sent=report.sent, received=report.received, milliseconds=report.rtt)


def _stop(ping: NetAPPPing) -> NetAPPPing:
    """Return the command that stops a ping: one to nowhere."""
    return NetAPPPing(
        family=Family.INET,
        destination="0.0.0.0",  # noqa: S104 - nothing is bound to it
        size=ping.size,
        delay_ms=ping.delay_ms,
        timeout_ms=ping.timeout_ms,
        count=0,
        flags=ping.flags,
    )


class SlClock(ClockDriver):
    """Reads and sets the clock, which keeps UTC: certificates are checked against it."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self) -> NetworkTime:
        """Return its time; nothing tells whether anybody has set it."""
        now = await self._modem.send(Get(option=GeneralTime))
        return NetworkTime(
            time=datetime(now.year, now.month, now.day, now.hour, now.minute, now.second, tzinfo=UTC),
        )

    async def set(self, time: datetime) -> None:
        """Set it, to the second."""
        now = time.astimezone(UTC)
        command = GeneralTime(
            hour=now.hour, minute=now.minute, second=now.second, day=now.day, month=now.month, year=now.year
        )
        await self._modem.send(Set(option=command))


class SlMdns(MdnsDriver):
    """Announces and finds services with commands of the network applications."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def advertise(self, service: Service) -> None:
        """Announce a service, until the module starts anew. The host's name is the module's own."""
        if service.host:
            raise InvalidArgument("host", "left out: the module tells the name that wifi.set_hostname() sets")
        name = _full_name(service)
        if len(name.encode()) > _LONGEST_NAME:
            raise InvalidArgument("instance", f"short enough for a name of {_LONGEST_NAME} bytes in all")
        command = NetAPPRegisterService(
            service=name, text=_text(service.text), port=service.port, ttl=_TTL, options=_ANNOUNCED
        )
        await self._start()
        await self._modem.send(command)

    async def withdraw(self, service: Service) -> None:
        """Announce it no more."""
        with suppress(CommandError):  # the module has forgotten it
            await self._modem.send(NetAPPUnRegisterService(service=_full_name(service), options=_ANNOUNCED))

    async def browse(self, kind: str, protocol: str, time_limit: float) -> tuple[Service, ...]:
        """Let the module ask for a time, then return what it has found."""
        wanted = f"{kind}.{protocol}.local"
        await self._start()
        try:
            await self._modem.send(NetAPPSet(option=MdnsContQuery(service=wanted)))
            await asyncio.sleep(time_limit)
            found = [_service(one, kind, protocol) for one in await self._found() if _is_of(one, wanted)]
        finally:
            with anyio.CancelScope(shield=True), suppress(AtmodemError):
                await self._modem.send(NetAPPSet(option=MdnsContQuery(service="")))
        return tuple(found)

    async def _start(self) -> None:
        with suppress(CommandError):  # it is started already
            await self._modem.send(NetAPPStart(apps=(NetApp.MDNS,)))

    async def _found(self) -> list[MdnsService]:
        """Return the services, asked for one by one: of several the firmware prints the first again and again."""
        found: list[MdnsService] = []
        flags = ServiceListFlag.FULL_IPV4_WITH_TEXT
        while len(found) < _MOST_SERVICES:
            more = await self._modem.send(NetAPPGetServiceList(offset=len(found), count=1, flags=flags))
            if not more:
                break
            found += more
        return found


def _full_name(service: Service) -> str:
    return f"{service.instance}.{service.kind}.{service.protocol}.local".removeprefix(".")


def _text(record: Mapping[str, str]) -> str:
    """Return a TXT record as the module takes it.

    :raises InvalidArgument: an entry would be taken for two.
    """
    if any(";" in part for entry in record.items() for part in entry):
        raise InvalidArgument("text", "free of semicolons")
    return ";".join(f"{name}={value}" for name, value in record.items())


def _is_of(found: MdnsService, wanted: str) -> bool:
    return (found.name or "").rstrip(".").endswith(wanted)


def _service(found: MdnsService, kind: str, protocol: str) -> Service:
    entries = [entry.partition("=") for entry in (found.text or "").split(";") if entry]
    return Service(
        kind=kind,
        port=found.port or 0,
        instance=(found.name or "").rstrip(".").removesuffix(f"{kind}.{protocol}.local").rstrip("."),
        protocol=protocol,
        host=(found.host or "").rstrip(".").removesuffix(".local"),
        address=found.address,
        text={name: value for name, _, value in entries},
    )
