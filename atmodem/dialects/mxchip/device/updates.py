"""Updates of the firmware, as the cloud offers them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ....virtual.clock import Timer
from ....virtual.device import Part
from ....virtual.handlers import handles
from ..commands.ota import OTACHECK, OTASTART
from ..events.wifi import UpdateDone, UpdateStarted
from ..values.records import OfferedVersion

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Updates"]


class Updates(Part):
    """Obeys the commands of updates.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._timer: Timer | None = None
        #: What the cloud offers.
        self.offered: str = "fog_v3_AT_v2.0.4"
        #: Whether loading comes to an end; where it does not, nothing is told of that.
        self.succeeds: bool = True
        #: Seconds that loading and installing take.
        self.duration: float = 10.0

    def power_down(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @handles(OTACHECK)
    def check(self, _: OTACHECK) -> OfferedVersion:
        """Tell what the cloud offers."""
        self._module.wifi.need_network()
        return OfferedVersion(version=self.offered)

    @handles(OTASTART)
    def start(self, command: OTASTART) -> None:
        """Load a version behind the answer; any is found."""
        self._module.wifi.need_network()
        self._module.emit_after(UpdateStarted())
        if self.succeeds:
            self.power_down()
            self._timer = self._module.clock.call_later(self.duration, partial(self._done, command.version))

    def _done(self, version: str) -> None:
        self._timer = None
        self._module.system.version = version
        self._module.emit(UpdateDone())
        self._module.restart()
