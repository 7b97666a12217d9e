"""BluFi: a phone tells the module its network over Low Energy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ....virtual.blufi import BluFiPhone
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Payload, Refused
from ....wire.secret import Secret
from .. import commands as c
from .. import events as e
from ..values.ble import BleAddress, BleRole, BluFiStatus

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BluFi"]

_ADDRESS = "58:cf:79:00:11:2a"


class BluFi(Part):
    """Waits for a phone of the neighbourhood."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._phone: BluFiPhone | None = None
        self._name = "BLUFI_DEVICE"
        self.running: bool = False

    def power_down(self) -> None:
        self._name = "BLUFI_DEVICE"
        self._phone = None
        self._run(on=False)

    def _run(self, *, on: bool) -> None:
        self.running = on
        learners = self._module.air.bluetooth.learners
        if self in learners:
            learners.remove(self)
        if on:
            learners.append(self)

    # Commands

    @handles(c.BLUFI)
    def switch(self, command: c.BLUFI) -> None:
        """Wait for a phone, or no more."""
        if command.option and (self._module.ble.role is not BleRole.OFF or self._module.hid.running):
            raise Refused
        self._run(on=command.option)
        if not command.option:
            self.phone_gone()

    @queries(c.BLUFI)
    def tell_running(self) -> BluFiStatus:
        """Tell whether it waits."""
        return BluFiStatus(state=self.running)

    @handles(c.BLUFINAME)
    def set_name(self, command: c.BLUFINAME) -> None:
        """Set the name under which phones find it."""
        if self.running:
            raise Refused
        self._name = command.name

    @queries(c.BLUFINAME)
    def tell_name(self) -> c.BLUFINAME:
        """Tell that name."""
        return c.BLUFINAME(name=self._name)

    @queries(c.BLUFIADDR)
    def tell_address(self) -> BleAddress:
        """Tell the address under which phones find it."""
        if not self.running:
            raise Refused
        return BleAddress(addr=_ADDRESS)

    @handles(c.BLUFISEND)
    def send(self, command: c.BLUFISEND) -> Payload:
        """Take data for the phone."""
        if self._phone is None:
            raise Refused
        return Payload(intake=Counted(command.length or 0), then=partial(self._send, self._phone))

    def _send(self, phone: BluFiPhone, data: bytes) -> None:
        if self._phone is not phone:
            raise Refused
        phone.received += data

    # For the phone

    def phone_connected(self, phone: BluFiPhone) -> None:
        """Tell that it has come."""
        self._phone = phone
        self._module.emit(e.BlufiConn())

    def network_told(self, ssid: str, password: str) -> None:
        """Tell what it says, and join the network."""
        if self._phone is not None:
            self._module.emit(e.BlufiSsid(ssid=ssid))
            self._module.emit(e.BlufiPassword(password=Secret(password)))
            self._module.spawn(self._module.wifi.learn(ssid, password))

    def data_told(self, data: bytes) -> None:
        """Tell its own data."""
        if self._phone is not None:
            self._module.emit(e.BlufiData(length=len(data), data=data))

    def phone_gone(self) -> None:
        """Tell that it has gone."""
        if self._phone is not None:
            self._phone = None
            self._module.emit(e.BlufiDisconn())
