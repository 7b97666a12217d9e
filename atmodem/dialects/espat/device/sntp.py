"""The clock, set by time servers: here, by this host."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.results import Refused
from ....wire.command import Command
from .. import commands as c
from .. import events as e
from ..values.network import SntpTime

if TYPE_CHECKING:
    from ....virtual.clock import Timer
    from .module import Virtual

__all__ = ["Sntp"]

#: Seconds that a time server takes to answer.
_ROUND_TRIP = 0.05
_HOURS = range(-12, 15)


class Sntp(Part):
    """Asks for the time."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._timer: Timer | None = None

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CIPSNTPCFG(enable=False, timezone=0): Keep.ASKED,
            c.CIPSNTPINTV(interval_s=3600): Keep.NEVER,
        }

    def power_down(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def network_came(self) -> None:
        """Ask the servers, now that they can be reached."""
        if self._module.settings[c.CIPSNTPCFG].enable:
            self._ask_in(_ROUND_TRIP)

    def _ask_in(self, seconds: float) -> None:
        self.power_down()
        self._timer = self._module.clock.call_later(seconds, self._answered)

    def _answered(self) -> None:
        self._timer = None
        if not self._module.wifi.online:
            return
        self._module.system.time = time.time()
        if self._module.profile.tells_time_updated:
            self._module.emit(e.TimeUpdated())
        self._ask_in(self._module.settings[c.CIPSNTPINTV].interval_s)

    @handles(c.CIPSNTPCFG)
    def configure(self, command: c.CIPSNTPCFG) -> None:
        """Set the servers, and ask them behind the answer."""
        if command.timezone is not None and _offset(command.timezone) is None:
            raise Refused
        self._module.settings.replace(command)
        self.power_down()
        if command.enable and self._module.wifi.online:
            self._module.console.after_answer(self.network_came)

    @queries(c.CIPSNTPCFG)
    def configuration(self) -> c.CIPSNTPCFG:
        """Tell the servers."""
        settings = self._module.settings[c.CIPSNTPCFG]
        if settings.enable:
            return settings
        return c.CIPSNTPCFG(enable=False, timezone=0 if self._module.profile.shows_timezone_while_off else None)

    @queries(c.CIPSNTPTIME)
    def local_time(self) -> SntpTime:
        """Tell the local time."""
        zone = self._module.settings[c.CIPSNTPCFG].timezone or 0
        return SntpTime(time=time.asctime(time.gmtime(self._module.system.time + (_offset(zone) or 0))))


def _offset(timezone: int) -> int | None:
    """Return the seconds from UTC of whole hours, or of hours and minutes written as one number."""
    if timezone in _HOURS:
        return timezone * 3600
    hours, minutes = divmod(abs(timezone), 100)
    if abs(timezone) < 100 or hours not in _HOURS or minutes >= 60:
        return None
    return (hours * 3600 + minutes * 60) * (1 if timezone > 0 else -1)
