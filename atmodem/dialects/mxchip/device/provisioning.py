"""A phone hands over the name and the key of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.air import AccessPoint
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands.ilop import ILOPAWSPRESS, ILOPAWSSTART
from ..commands.provisioning import SMARTCFG, SMARTSTART, SMARTSTOP
from ..values.enums import ProvisioningType

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Provisioning"]


class Provisioning(Part):
    """Listens for a phone, whichever way it speaks.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._way: ProvisioningType | None = None
        #: The identities that Airkiss was given last.
        self.identities: SMARTCFG | None = None

    def power_down(self) -> None:
        self._way = None
        self._stop()

    def _listen(self) -> None:
        if self not in self._module.air.learners:
            self._module.air.learners.append(self)

    def _stop(self) -> None:
        if self in self._module.air.learners:
            self._module.air.learners.remove(self)

    def network_told(self, ssid: str, password: str) -> None:
        """Take a network from a phone, and join it."""
        self._stop()
        self._module.wifi.learn(ssid, password)

    def button_pressed(self, point: AccessPoint) -> None:
        """Do nothing: this module knows no WPS."""

    @handles(SMARTSTART)
    def start(self, command: SMARTSTART) -> None:
        """Listen."""
        self._way = command.type
        self._listen()

    @handles(SMARTSTOP)
    def stop(self, command: SMARTSTOP) -> None:
        """Listen no more."""
        if self._way not in (None, command.type):
            raise Refused
        self._way = None
        self._stop()

    @handles(SMARTCFG)
    def identify(self, command: SMARTCFG) -> None:
        """Keep the identities; nobody checks them here."""
        self.identities = command

    @handles(ILOPAWSSTART)
    def start_ilop(self, _: ILOPAWSSTART) -> None:
        """Listen."""
        self._listen()

    @handles(ILOPAWSPRESS)
    def confirm_ilop(self, _: ILOPAWSPRESS) -> None:
        """Need nothing: a phone that tells a network is obeyed at once."""
