"""What a dialect does for names, time and services of the network."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import NetworkTime, PingResult, Service

__all__ = ["ClockDriver", "MdnsDriver", "NetworkDriver"]


class NetworkDriver(Protocol):
    """Looking up and reaching hosts."""

    async def resolve(self, host: str, version: int | None) -> tuple[str, ...]:
        """Return the addresses of a host.

        :param version: 4 or 6; None for whichever the module prefers.
        :raises CommandError: ``name`` is ``NO_SUCH_HOST`` when there is none.
        """
        ...

    async def ping(self, host: str, count: int, time_limit: float) -> PingResult:
        """Ping a host.

        :param time_limit: seconds for each answer.
        """
        raise unsupported(Capability.PING)


class ClockDriver(Protocol):
    """The module's clock."""

    async def read(self) -> NetworkTime:
        """Return its time."""
        ...

    async def start_sntp(self, zone: int, servers: tuple[str, ...]) -> None:
        """Set it by time servers from now on.

        :param zone: minutes east of Greenwich.
        :param servers: whom to ask; none for the module's own.
        """
        raise unsupported(Capability.CLOCK_START_SNTP)

    async def set(self, time: datetime) -> None:
        """Set it by hand."""
        raise unsupported(Capability.CLOCK_SET)


class MdnsDriver(Protocol):
    """Services of the local network."""

    async def advertise(self, service: Service) -> None:
        """Tell of a service of this module."""
        ...

    async def withdraw(self, service: Service) -> None:
        """Tell of it no more."""
        ...

    async def browse(self, kind: str, protocol: str, time_limit: float) -> tuple[Service, ...]:
        """Return the services of a kind that answer.

        :param kind: such as ``_http``.
        :param protocol: ``_tcp`` or ``_udp``.
        :param time_limit: seconds to collect answers, where the module takes one.
        """
        raise unsupported(Capability.MDNS_BROWSE)
