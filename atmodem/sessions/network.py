"""Names, reachability, time and services of the network."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import datetime
from typing import Literal

from ..errors import CommandTimeout, InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import MdnsDriver
from ..portable.opening import Opening
from ..portable.values import NetworkTime, PingResult, Service
from .background import Ending, open_whole
from .checks import check_range

__all__ = ["Clock", "Mdns", "Network", "ServiceAdvertisement"]

#: Seconds between two looks at a clock that is not set yet, and the most that they grow to.
_SOON, _LATER = 0.1, 1.0
_WEST, _EAST = -12 * 60, 14 * 60


def _check_host(host: str) -> None:
    if not host or any(ord(character) < 0x21 for character in host):
        raise InvalidArgument("host", "a host name or an address")


class Network:
    """Looking up and reaching hosts by the module."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    async def resolve(self, host: str, version: Literal[4, 6] | None) -> tuple[str, ...]:
        """Return the addresses of a host; see :meth:`atmodem.Modem.resolve`."""
        driver = self._core.require(self._core.driver.network, Capability.RESOLVE)
        _check_host(host)
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            return await driver.resolve(host, version)
        if version not in (None, literal.version):
            raise InvalidArgument("host", f"a name or an IPv{version} address")
        return (str(literal),)

    async def ping(self, host: str, count: int, time_limit: float) -> PingResult:
        """Ping a host; see :meth:`atmodem.Modem.ping`."""
        driver = self._core.require(self._core.driver.network, Capability.PING)
        _check_host(host)
        check_range("count", count, 1, 1000)
        if not 0 < time_limit < float("inf"):
            raise InvalidArgument("timeout", "more than 0 seconds")
        return await driver.ping(host, count, time_limit)


class Clock:
    """The module's clock."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    async def read(self) -> NetworkTime:
        """Return its time.

        :raises Unsupported: the module has none.
        """
        return await self._core.require(self._core.driver.clock, Capability.CLOCK_READ).read()

    async def synchronize(
        self,
        zone: int = 0,
        servers: tuple[str, ...] = (),
        timeout: float = 30,
    ) -> NetworkTime:
        """Let time servers set the clock from now on, and return the first time that they have set.

        Cancelled, or after the time limit, the module goes on asking.

        :param zone: minutes east of Greenwich, -720 to 840.
        :param servers: whom to ask; none for the module's own.
        :param timeout: seconds to wait for the first answer.
        :raises CommandTimeout: no server has answered in time.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the module asks no time servers.
        """
        driver = self._core.require(self._core.driver.clock, Capability.CLOCK_START_SNTP, Capability.CLOCK_READ)
        check_range("zone", zone, _WEST, _EAST, "minutes")
        for server in servers:
            _check_host(server)
        await driver.start_sntp(zone, servers)
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        pause = _SOON
        while True:
            told = await driver.read()
            if told.synchronized:
                return told
            if loop.time() + pause > end:
                raise CommandTimeout(
                    f"no time server has answered within {timeout:g} s", advice="is the module in a network?"
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LATER)

    async def set(self, time: datetime) -> None:
        """Set the clock by hand, until the module starts anew.

        :param time: a time with its zone.
        :raises InvalidArgument: a time without a zone; nothing was sent.
        :raises Unsupported: the module does not let it be set.
        """
        driver = self._core.require(self._core.driver.clock, Capability.CLOCK_SET)
        if time.tzinfo is None:
            raise InvalidArgument("time", "a time with its zone")
        await driver.set(time)


class ServiceAdvertisement:
    """A service of this module that it tells the network of, until :meth:`aclose`."""

    def __init__(self, core: ModemCore, driver: MdnsDriver, service: Service) -> None:
        #: The service.
        self.service: Service = service
        self._core = core
        self._generation = core.generation
        self._ending = Ending(core, lambda: driver.withdraw(service))

    async def aclose(self) -> None:
        """Tell of it no more; idempotent. Cancelled, that is done in the background."""
        if self._generation == self._core.generation:
            await self._ending.wait()


class Mdns:
    """Services of the local network."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    def advertise(self, service: Service) -> Opening[ServiceAdvertisement]:
        """Tell the network of a service of this module: ``async with modem.mdns.advertise(service)``.

        Cancelled, the module tells of it no more.

        :raises ModeConflict: the module tells of as many as it can.
        :raises InvalidArgument: a value that no service has; nothing was sent.
        :raises Unsupported: the module tells of none.
        """
        return Opening(lambda: self._advertise(service))

    async def _advertise(self, service: Service) -> ServiceAdvertisement:
        core = self._core
        driver = core.require(core.driver.mdns, Capability.MDNS_ADVERTISE)
        _check_kind(service.kind, service.protocol)
        check_range("port", service.port, 1, 65535)
        opened = ServiceAdvertisement(core, driver, service)

        async def work() -> ServiceAdvertisement:
            await driver.advertise(service)
            return opened

        return await open_whole(core, work)

    async def browse(
        self,
        kind: str,
        *,
        protocol: str = "_tcp",
        timeout: float = 3,
    ) -> tuple[Service, ...]:
        """Return the services of a kind that answer; none is no error.

        :param kind: such as ``_http``.
        :param protocol: ``_tcp`` or ``_udp``.
        :param timeout: seconds to collect answers, 0.1 to 60, where the module takes a time.
        :raises InvalidArgument: another kind; nothing was sent.
        :raises Unsupported: the module cannot look for services.
        """
        driver = self._core.require(self._core.driver.mdns, Capability.MDNS_BROWSE)
        _check_kind(kind, protocol)
        check_range("timeout", timeout, 0.1, 60, "seconds")
        return await driver.browse(kind, protocol, timeout)


def _check_kind(kind: str, protocol: str) -> None:
    if len(kind) < 2 or not kind.startswith("_"):
        raise InvalidArgument("kind", "a name such as _http")
    if protocol not in ("_tcp", "_udp"):
        raise InvalidArgument("protocol", "_tcp or _udp")
