"""The clock, set by time servers: here, by this host."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands.clock import RTCGET, SNTPCFG, SNTPTIME
from ..values.records import ClockTime
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["NetworkTime"]

#: Seconds that a time server takes to answer.
_ROUND_TRIP = 0.05
#: Hours from UTC are fewer.
_MOST_HOURS = 15


class NetworkTime(Part):
    """Obeys the commands of the time. The clock begins with 1970 at each start.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._configured: Store[type[SNTPCFG], SNTPCFG] = Store(module.settings)
        #: Seconds from 1970 to the start of the module.
        self._epoch = 0.0

    def power_up(self) -> None:
        self._configured.restart()
        self._epoch = 0.0

    def restore(self) -> None:
        """Forget zone and servers."""
        self._configured.restore()

    @handles(SNTPCFG)
    def configure(self, command: SNTPCFG) -> None:
        """Keep zone and servers; this host stands for all of them."""
        if _offset(command.time_zone) is None:
            raise Refused
        self._configured.set(SNTPCFG, command)

    @handles(SNTPTIME)
    async def ask(self, _: SNTPTIME) -> ClockTime:
        """Set the clock by a time server, and tell the time."""
        self._module.wifi.need_network()
        await sleep(self._module.clock, _ROUND_TRIP)
        self._epoch = time.time() - self._module.system.uptime
        return self._told()

    @handles(RTCGET)
    def look(self, _: RTCGET) -> ClockTime:
        """Tell the time."""
        return self._told()

    def _told(self) -> ClockTime:
        configured = self._configured.get(SNTPCFG)
        offset = _offset(configured.time_zone) if configured is not None else None
        now = datetime.fromtimestamp(self._epoch + self._module.system.uptime, timezone(offset or timedelta()))
        return ClockTime(time=now.strftime("%Y-%m-%dT%H:%M:%S.%f"))


def _offset(zone: str) -> timedelta | None:
    """Return what a zone such as ``+8`` or ``-3:30`` means; None where there is no such zone."""
    hours, _, minutes = zone[1:].partition(":")
    if int(hours) >= _MOST_HOURS or int(minutes or 0) >= 60:
        return None
    found = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -found if zone[0] == "-" else found
