"""The module's own access point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....wire.command import Form
from ....wire.secret import Secret
from ..commands.wifi import WSAP, WSAPQ, WSAPS
from ..events.wifi import AccessPointDown, AccessPointUp
from ..values.enums import AccessPointState
from ..values.records import AccessPointSettings, AccessPointStatus
from .plain import plain
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["SoftAp"]

#: With a shorter key the network is open.
_SHORTEST_KEY = 8
_MOST_GUESTS = 8


class _OwnNetwork:
    def __init__(self, command: WSAP) -> None:
        key = plain(command.key)
        self.ssid = command.ssid
        self.password = key if len(key.encode("utf-8", "surrogateescape")) >= _SHORTEST_KEY else ""
        self.guests: set[str] = set()

    def entered(self, mac: str) -> bool:
        if len(self.guests) >= _MOST_GUESTS:
            return False
        self.guests.add(mac)
        return True

    def left(self, mac: str) -> None:
        self.guests.discard(mac)


class SoftAp(Part):
    """Obeys the commands of the access point. It is off after each start.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._stored: Store[type[WSAP], WSAP] = Store(module.settings)
        self._own: _OwnNetwork | None = None

    @property
    def running(self) -> bool:
        """Whether it is open."""
        return self._own is not None

    def power_up(self) -> None:
        self._stored.restart()

    def power_down(self) -> None:
        self._close()

    def restore(self) -> None:
        """Forget name and key."""
        self._stored.restore()

    @handles(WSAP)
    def start(self, command: WSAP) -> None:
        """Open it behind the answer."""
        self._stored.set(WSAP, command)
        self._module.console.after_answer(lambda: self._open(command))

    def _open(self, command: WSAP) -> None:
        self._close()
        self._own = _OwnNetwork(command)
        self._module.air.hotspots.append(self._own)
        self._module.wifi.tell(AccessPointUp())
        self._module.links.network_came()

    @handles(WSAPQ)
    def stop(self, _: WSAPQ) -> None:
        """Close it behind the answer."""
        if self._own is not None:
            self._module.console.after_answer(self._stopped)

    def _stopped(self) -> None:
        self._close()
        self._module.wifi.tell(AccessPointDown())
        if not self._module.wifi.online:
            self._module.links.network_lost()

    def _close(self) -> None:
        if self._own is not None:
            self._module.air.hotspots.remove(self._own)
            self._own = None

    @handles(WSAPS)
    def state(self, _: WSAPS) -> AccessPointStatus:
        """Tell whether it is open."""
        return AccessPointStatus(state=AccessPointState.AP_DOWN if self._own is None else AccessPointState.AP_UP)

    @queries(WSAP, Form.STORED)
    def settings(self) -> AccessPointSettings:
        """Tell name and key as they were set last."""
        command = self._stored.get(WSAP)
        if command is None:
            return AccessPointSettings(ssid="")
        return AccessPointSettings(ssid=command.ssid, key=Secret(plain(command.key)))
