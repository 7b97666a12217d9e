"""Bluetooth Low Energy: keyboard and mouse, and updates over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.results import Refused
from ....wire.command import Command
from .. import commands as c
from .. import events as e
from ..values.ble import BleOtaStatus, BleRole

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BleOta", "Hid"]


class Hid(Part):
    """The keyboard and mouse of a host, which a script plays."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._forget()

    def _forget(self) -> None:
        self.running: bool = False
        self._host = False
        self._name = "ESP-AT"
        #: The reports that the host got, as the commands that sent them.
        self.reports: list[Command[None]] = []

    def power_down(self) -> None:
        self._forget()

    # For a script

    def connect_host(self) -> None:
        """Let a host connect.

        :raises LookupError: the profile is off.
        """
        if not self.running:
            raise LookupError("keyboard and mouse are off")
        self._host = True
        self._module.emit(e.BleHidConn())

    def disconnect_host(self) -> None:
        """Let the host go."""
        if self._host:
            self._host = False
            self._module.emit(e.BleHidDisconn())

    # Commands

    @handles(c.BLEHIDINIT)
    def switch(self, command: c.BLEHIDINIT) -> None:
        """Switch the profile on or off."""
        if command.init and (self._module.ble.role is not BleRole.OFF or self._module.blufi.running):
            raise Refused
        self.running = command.init
        self._host = self._host and command.init

    @queries(c.BLEHIDINIT)
    def tell_running(self) -> c.BLEHIDINIT:
        """Tell whether it is on."""
        return c.BLEHIDINIT(init=self.running)

    @handles(c.BLEHIDNAME)
    def set_name(self, command: c.BLEHIDNAME) -> None:
        """Set the name."""
        self._need_running()
        self._name = command.name

    @queries(c.BLEHIDNAME)
    def tell_name(self) -> c.BLEHIDNAME:
        """Tell the name."""
        self._need_running()
        return c.BLEHIDNAME(name=self._name)

    def _need_running(self) -> None:
        if not self.running:
            raise Refused

    @handles(c.BLEHIDKB)
    def type_keys(self, command: c.BLEHIDKB) -> None:
        """Send a report of the keyboard."""
        self._report(command)

    @handles(c.BLEHIDMUS)
    def move(self, command: c.BLEHIDMUS) -> None:
        """Send a report of the mouse."""
        self._report(command)

    @handles(c.BLEHIDCONSUMER)
    def press(self, command: c.BLEHIDCONSUMER) -> None:
        """Send a report of the other keys."""
        self._report(command)

    def _report(self, report: Command[None]) -> None:
        if not self._host:
            raise Refused
        self.reports.append(report)


class BleOta(Part):
    """Updates over Low Energy, which nobody offers."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._on = False
        self._name = "ESP-AT"

    def power_down(self) -> None:
        self._on = False

    @handles(c.BLEOTA)
    def switch(self, command: c.BLEOTA) -> None:
        """Take updates, or no more."""
        self._on = command.enable

    @queries(c.BLEOTA)
    def tell(self) -> BleOtaStatus:
        """Tell whether they are taken."""
        return BleOtaStatus(state=self._on)

    @handles(c.BLEOTANAME)
    def set_name(self, command: c.BLEOTANAME) -> None:
        """Set the name under which they are offered."""
        self._name = command.name

    @queries(c.BLEOTANAME)
    def tell_name(self) -> c.BLEOTANAME:
        """Tell that name."""
        return c.BLEOTANAME(name=self._name)
