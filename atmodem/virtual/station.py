"""The Wi-Fi station of a virtual module: joining, losing and finding again a network."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from attrs import frozen

from .air import AccessPoint, Air, Security, Trouble
from .clock import Clock, Timer, sleep

__all__ = ["JoinFailure", "JoinRefused", "Station", "StationListener", "StationState", "StationTiming"]


class StationState(Enum):
    """Where a station is."""

    IDLE = "idle"
    JOINING = "joining"
    #: It has joined a network and has no address yet.
    ASSOCIATED = "associated"
    ONLINE = "online"
    #: The network was lost and is looked for.
    REJOINING = "rejoining"
    DISCONNECTED = "disconnected"


class JoinFailure(Enum):
    """Why a network could not be joined."""

    TIMEOUT = "timeout"
    WRONG_PASSWORD = "wrong password"  # noqa: S105 - a reason, no password
    NOT_FOUND = "no such network"
    REFUSED = "refused"


class JoinRefused(Exception):
    """The network could not be joined."""

    def __init__(self, why: JoinFailure) -> None:
        super().__init__(why.value)
        self.why = why


@frozen
class StationTiming:
    """How long a radio takes, in seconds.

    :param scan: for a scan.
    :param associate: until an access point lets the station in.
    :param address: from there until it has an address.
    :param notice: until a wrong password or a missing network is noticed.
    """

    scan: float = 0.05
    associate: float = 0.02
    address: float = 0.02
    notice: float = 0.05


class StationListener(Protocol):
    """Who is told how the station fares."""

    def station_associated(self) -> None:
        """It has joined a network."""

    def station_online(self) -> None:
        """It has an address."""

    def station_disconnected(self) -> None:
        """It has left or lost its network."""


class Station:
    """A station that sees one neighbourhood.

    :param air: what is in reach.
    :param clock: what time it goes by.
    :param listener: who is told how it fares.
    """

    def __init__(self, air: Air, clock: Clock, listener: StationListener, timing: StationTiming) -> None:
        self._air = air
        self._clock = clock
        self._listener = listener
        self._timing = timing
        self._unwatch = air.watch(self._air_changed)
        self._timer: Timer | None = None
        self._password = ""
        self.state: StationState = StationState.IDLE
        #: The access point that it has joined, or lost.
        self.point: AccessPoint | None = None
        #: Seconds between attempts to find a lost network again; 0 for none.
        self.retry_interval: float = 1.0

    @property
    def online(self) -> bool:
        """Whether it has an address."""
        return self.state is StationState.ONLINE

    @property
    def joined(self) -> bool:
        """Whether it is in a network."""
        return self.state in (StationState.ASSOCIATED, StationState.ONLINE)

    async def join(
        self,
        ssid: str,
        password: str,
        *,
        bssid: str | None = None,
        weakest: Security = Security.OPEN,
        limit: float = 15.0,
    ) -> None:
        """Join a network, leaving the one it is in.

        :param weakest: networks with less security are not seen.
        :param limit: seconds after which it is given up.
        :raises JoinRefused: it could not be joined.
        """
        if self.joined:
            self.leave()
        self._cancel()
        self.state = StationState.JOINING
        try:
            self.point = await self._associate(ssid, password, bssid, weakest, limit)
        except BaseException:
            self.state = StationState.DISCONNECTED
            raise
        self._password = password
        self._enter()
        if self.point.trouble is Trouble.NO_ADDRESS:
            await sleep(self._clock, limit)
            raise JoinRefused(JoinFailure.TIMEOUT)
        await sleep(self._clock, self._timing.address)
        if not self.joined:
            raise JoinRefused(JoinFailure.REFUSED)
        self._get_address()

    def leave(self) -> None:
        """Leave the network, and look for none."""
        was_joined = self.joined
        self._cancel()
        self.state = StationState.DISCONNECTED
        if was_joined:
            self._listener.station_disconnected()

    def forget(self) -> None:
        """Be as after power-up: not joined, and silent about it."""
        self._cancel()
        self.state = StationState.IDLE
        self.point = None

    def close(self) -> None:
        """Watch the neighbourhood no more."""
        self.forget()
        self._unwatch()

    async def _associate(
        self, ssid: str, password: str, bssid: str | None, weakest: Security, limit: float
    ) -> AccessPoint:
        point = self._air.find(ssid, bssid)
        strengths = list(Security)
        if point is None or strengths.index(point.security) < strengths.index(weakest):
            await sleep(self._clock, self._timing.notice)
            raise JoinRefused(JoinFailure.NOT_FOUND)
        if point.trouble is Trouble.SILENT:
            await sleep(self._clock, limit)
            raise JoinRefused(JoinFailure.TIMEOUT)
        if point.trouble is Trouble.REFUSES:
            await sleep(self._clock, self._timing.notice)
            raise JoinRefused(JoinFailure.REFUSED)
        if point.security is not Security.OPEN and point.password != password:
            await sleep(self._clock, self._timing.notice)
            raise JoinRefused(JoinFailure.WRONG_PASSWORD)
        await sleep(self._clock, self._timing.associate)
        if point not in self._air.visible:
            raise JoinRefused(JoinFailure.REFUSED)
        return point

    def _enter(self) -> None:
        self.state = StationState.ASSOCIATED
        self._listener.station_associated()

    def _get_address(self) -> None:
        if self.state is StationState.ASSOCIATED:
            self.state = StationState.ONLINE
            self._listener.station_online()

    # Losing a network and finding it again

    def _air_changed(self) -> None:
        point = self.point
        if point is None:
            return
        there = point in self._air.visible
        if self.joined and not there:
            self._cancel()
            self.state = StationState.REJOINING if self.retry_interval else StationState.DISCONNECTED
            self._listener.station_disconnected()
        elif self.state is StationState.REJOINING and there and self._timer is None:
            self._timer = self._clock.call_later(self.retry_interval, self._rejoin)

    def _rejoin(self) -> None:
        self._timer = None
        point = self.point
        if self.state is not StationState.REJOINING or point is None or point not in self._air.visible:
            return
        if point.trouble is None and point.password == self._password:
            self._enter()
            self._timer = self._clock.call_later(self._timing.address, self._readdress)

    def _readdress(self) -> None:
        self._timer = None
        self._get_address()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
