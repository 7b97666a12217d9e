"""Bluetooth serial on the EMW3239: one host, and bytes both ways."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Payload, Refused
from ....wire.command import Form
from ..commands.bluetooth import BTDISCOVERY, BTEVENT, BTMAC, BTPASSKEY, BTSEND, BTSTATE
from ..events.bluetooth import BluetoothConnected, BluetoothData, BluetoothDisconnected
from ..values.enums import BluetoothEvents, BluetoothState, Switch
from ..values.records import BluetoothAddress, BluetoothStatus
from .plain import plain

if TYPE_CHECKING:
    from ....wire.event import Event
    from .module import Virtual

__all__ = ["Bluetooth", "BluetoothHost"]

_MAC = "c8:93:46:00:11:22"
#: Seconds after its prompt when BTSEND sends what has come.
_SEND_LIMIT = 6.0
#: Most bytes that are told in one event.
_PIECE = 512


class BluetoothHost:
    """The host at the other end, in the hands of a script.

    :param bluetooth: what it is connected to.
    """

    def __init__(self, bluetooth: Bluetooth) -> None:
        self._bluetooth = bluetooth
        #: What the module has sent.
        self.received: bytearray = bytearray()
        #: What it has sent and the module has not taken yet.
        self.waiting: bytearray = bytearray()

    def send(self, data: bytes) -> None:
        """Send *data* to the module."""
        self.waiting += data
        self._bluetooth.take()

    def disconnect(self) -> None:
        """Go away."""
        self._bluetooth.lose(self)


class Bluetooth(Part):
    """Obeys the commands of Bluetooth.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._host: BluetoothHost | None = None
        self._discoverable = False

    def power_down(self) -> None:
        self._host = None
        self._discoverable = False

    def outlet_cleared(self) -> None:
        self.take()

    # For a script

    def connect(self, passkey: str | None = None) -> BluetoothHost:
        """Let a host find the module and connect to it; return that host.

        :param passkey: what it pairs with; by default the key of the module.
        :raises LookupError: the module cannot be seen.
        :raises PermissionError: the key is wrong.
        """
        if self._host is not None or not self._discoverable:
            raise LookupError("the module cannot be seen")
        if passkey not in (None, plain(self._module.settings[BTPASSKEY].passkey)):
            raise PermissionError("wrong passkey")
        self._host = BluetoothHost(self)
        self._discoverable = False
        self._tell(BluetoothConnected())
        return self._host

    def lose(self, host: BluetoothHost) -> None:
        """Learn that *host* has gone; what it sent before is taken no more."""
        if self._host is host:
            self._host = None
            self._tell(BluetoothDisconnected())

    # For the line

    def be_discoverable(self) -> None:
        """Be seen, unless a host is connected."""
        self._discoverable = self._host is None

    def send(self, data: bytes) -> None:
        """Send *data* to the host; without one they are lost."""
        if self._host is not None:
            self._host.received += data

    def take(self) -> None:
        """Take what the host has sent, as far as the line takes it."""
        host = self._host
        while host is not None and host.waiting and not self._module.outlet.congested:
            data = bytes(host.waiting[:_PIECE])
            del host.waiting[:_PIECE]
            if self._module.transparent.carries_bluetooth or not self._tells:
                self._module.write(data)
            else:
                self._module.emit(BluetoothData(length=len(data), data=data))

    @property
    def _tells(self) -> bool:
        return self._module.settings[BTEVENT].mode == BluetoothEvents.ENABLE

    def _tell(self, event: Event) -> None:
        if self._tells:
            self._module.emit(event)

    # Commands

    @handles(BTDISCOVERY)
    def discover(self, command: BTDISCOVERY) -> None:
        """Be seen, or no more."""
        self._discoverable = command.mode == Switch.ON and self._host is None

    @queries(BTSTATE)
    def state(self) -> BluetoothStatus:
        """Tell whether a host is connected, or could be."""
        if self._host is not None:
            return BluetoothStatus(state=BluetoothState.CONNECTED)
        found = BluetoothState.DISCOVERABLE if self._discoverable else BluetoothState.DISCONNECTED
        return BluetoothStatus(state=found)

    @queries(BTMAC, Form.STORED)
    def address(self) -> BluetoothAddress:
        """Tell the hardware address."""
        return BluetoothAddress(mac=_MAC)

    @handles(BTSEND)
    def send_command(self, command: BTSEND) -> Payload:
        """Take data for the host; send what has come when the time is over."""
        if self._host is None:
            raise Refused
        sent = partial(self._sent, self._host)
        return Payload(intake=Counted(command.length or 0), then=sent, limit=_SEND_LIMIT, late=sent)

    def _sent(self, host: BluetoothHost, data: bytes) -> None:
        if self._host is not host:
            raise Refused
        self.send(data)
