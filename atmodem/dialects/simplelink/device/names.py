"""Names and neighbours: DNS, mDNS, ping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from attrs import evolve

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Answer, Refused, Silence
from ..commands import netapp as c
from ..values.netapp import HostAddress, HostService, MdnsService, PingFlag, PingReport, ServiceListFlag
from ..values.sockets import Family
from .refusals import Code

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["NamesPart"]

#: Milliseconds that an answer to a ping takes.
_ROUND_TRIP = 4
_WITH_TEXT = (ServiceListFlag.FULL_IPV4_WITH_TEXT, ServiceListFlag.FULL_IPV6_WITH_TEXT)
_SHORT = (ServiceListFlag.SHORT_IPV4, ServiceListFlag.SHORT_IPV6)


class NamesPart(Part):
    """Obeys the commands about names and neighbours.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._own: dict[str, c.NetAPPRegisterService] = {}
        self._stop_ping: asyncio.Event | None = None
        #: Services that neighbours announce by mDNS, each with all its values.
        self.services: list[MdnsService] = []

    def power_down(self) -> None:
        if self._stop_ping is not None:
            self._stop_ping.set()

    # DNS

    @handles(c.NetAPPGetHostByName)
    def host(self, command: c.NetAPPGetHostByName) -> Awaitable[Answer]:
        """Resolve a name."""
        return self._module.later(command, self._resolved(command), accepted=False)

    async def _resolved(self, command: c.NetAPPGetHostByName) -> HostAddress:
        if not self._module.wlan.online:
            raise Refused(Code.NO_DNS_SERVER)
        try:
            found = await self._module.air.resolve(command.host, 6 if command.family == Family.INET6 else 4)
        except UnknownHost:
            raise Refused(Code.NO_DNS_ANSWER) from None
        return HostAddress(host=command.host, address=found[0])

    # mDNS

    @handles(c.NetAPPGetHostByService)
    def service(self, command: c.NetAPPGetHostByService) -> Awaitable[Answer]:
        """Find a service."""
        return self._module.later(command, self._found(command), accepted=False)

    async def _found(self, command: c.NetAPPGetHostByService) -> HostService:
        for service in self.services:
            if (service.name or "").endswith(command.service):
                return HostService(
                    service=service.name or "",
                    port=service.port or 0,
                    address=service.address or "",
                    text=service.text or "",
                )
        raise Refused(Code.NO_MDNS_ANSWER)

    @handles(c.NetAPPGetServiceList)
    def list_services(self, command: c.NetAPPGetServiceList) -> tuple[MdnsService, ...]:
        """List services: the first once for each, as the firmware does."""
        found = self.services[command.offset : command.offset + command.count]
        first = [evolve(service, text=service.text if command.flags in _WITH_TEXT else None) for service in found[:1]]
        if command.flags in _SHORT:
            first = [evolve(service, name=None, host=None) for service in first]
        return tuple(first * len(found))

    @handles(c.NetAPPRegisterService)
    def register(self, command: c.NetAPPRegisterService) -> None:
        """Announce a service."""
        if command.service in self._own:
            raise Refused(Code.SERVICE_EXISTS)
        self._own[command.service] = command

    @handles(c.NetAPPUnRegisterService)
    def unregister(self, command: c.NetAPPUnRegisterService) -> None:
        """Withdraw a service."""
        if self._own.pop(command.service, None) is None:
            raise Refused(Code.NO_MDNS_ANSWER)

    # Ping

    @handles(c.NetAPPPing)
    def ping(self, command: c.NetAPPPing) -> Awaitable[Answer] | None:
        """Ping a host, or stop doing so."""
        if self._stop_ping is not None:
            self._stop_ping.set()
            self._stop_ping = None
        if command.stops:
            return None
        self._module.accept()
        return self._pinged(command)

    async def _pinged(self, command: c.NetAPPPing) -> Silence:
        stop = self._stop_ping = asyncio.Event()
        reachable = await self._reachable(command)
        sent = received = 0
        while not stop.is_set() and (command.count == 0 or sent < command.count):
            limit = _ROUND_TRIP if reachable else command.timeout_ms
            sent += 1
            if not await self._pass(stop, limit):
                break
            received += reachable
            if command.flags == PingFlag.EACH:
                self._report(command, sent, received)
            if command.flags == PingFlag.FIRST_ANSWER and reachable:
                break
            if sent != command.count:
                await self._pass(stop, command.delay_ms)
        if command.flags != PingFlag.EACH:
            self._report(command, sent, received)
        return Silence()

    async def _reachable(self, command: c.NetAPPPing) -> bool:
        if not self._module.wlan.online:
            return False
        try:
            await self._module.air.resolve(command.destination, 6 if command.family == Family.INET6 else 4)
        except UnknownHost:
            return False
        return True

    async def _pass(self, stop: asyncio.Event, milliseconds: int) -> bool:
        """Let time go by; return whether the ping is still wanted."""
        over = asyncio.create_task(sleep(self._module.clock, milliseconds / 1000))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((over, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (over, stopped):
                task.cancel()
        return not stop.is_set()

    def _report(self, command: c.NetAPPPing, sent: int, received: int) -> None:
        report = PingReport(sent=sent, received=received, rtt=_ROUND_TRIP if received else 0)
        self._module.tell(command, report)
