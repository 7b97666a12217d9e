"""Bluetooth serial on the EMW3239: one host, and bytes both ways."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.network import Channel
from ....virtual.results import Payload, Refused
from ....virtual.serial_profile import ClassicPeer
from ....virtual.simulation import ScriptedChannel
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
#: Where a host is that a script plays; nothing tells it.
_HOST = ("", 0)
#: Seconds after its prompt when BTSEND sends what has come.
_SEND_LIMIT = 6.0
#: Most bytes that are told in one event.
_PIECE = 512


class BluetoothHost:
    """A host at the other end, in the hands of a script.

    :param channel: its connection with the module.
    """

    def __init__(self, channel: ScriptedChannel) -> None:
        self._channel = channel

    @property
    def received(self) -> bytearray:
        """What the module has sent."""
        return self._channel.far.received

    @property
    def waiting(self) -> bytearray:
        """What it has sent and the module has not taken yet."""
        return self._channel.arriving

    def send(self, data: bytes) -> None:
        """Send *data* to the module."""
        self._channel.far.send(data)

    def disconnect(self) -> None:
        """Go away; what it sent before is taken no more."""
        self._channel.arriving.clear()
        self._channel.far.close()


class Bluetooth(Part):
    """Obeys the commands of Bluetooth.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._channel: Channel | None = None
        self._discoverable = False

    def power_up(self) -> None:
        self._module.air.bluetooth.ports.append(self)

    def power_down(self) -> None:
        ports = self._module.air.bluetooth.ports
        if self in ports:
            ports.remove(self)
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        self._discoverable = False

    def outlet_cleared(self) -> None:
        if self._channel is not None:
            self._channel.resume()

    # For a script

    def connect(self, passkey: str | None = None) -> BluetoothHost:
        """Let a host find the module and connect to it; return that host.

        :param passkey: what it pairs with; by default the key of the module.
        :raises LookupError: the module cannot be seen.
        :raises PermissionError: the key is wrong.
        """
        if not self.takes_calls:
            raise LookupError("the module cannot be seen")
        if passkey not in (None, self._passkey):
            raise PermissionError("wrong passkey")
        channel = ScriptedChannel(_HOST, _HOST)
        self._open(channel)
        return BluetoothHost(channel)

    # For the neighbourhood

    @property
    def address(self) -> str:
        """The hardware address."""
        return _MAC

    @property
    def takes_calls(self) -> bool:
        """Whether a host can see the module, and connect."""
        return self._discoverable and self._channel is None

    async def called(self, peer: ClassicPeer, channel: Channel) -> None:
        """Take a connection; a peer that pairs must know the passkey."""
        if peer.needs_pairing(_MAC):
            if peer.pin != self._passkey:
                raise ConnectionRefusedError("wrong passkey")
            peer.bonded.add(_MAC)
        self._open(channel)

    def _open(self, channel: Channel) -> None:
        self._channel = channel
        self._discoverable = False
        self._tell(BluetoothConnected())
        channel.start(self)

    @property
    def _passkey(self) -> str:
        return plain(self._module.settings[BTPASSKEY].passkey)

    # For the channel

    def room(self) -> int:
        """Return how many bytes it takes now."""
        return 0 if self._module.outlet.congested else _PIECE

    def received(self, data: bytes) -> None:
        """Take what the host has sent."""
        if self._module.transparent.carries_bluetooth or not self._tells:
            self._module.write(data)
        else:
            self._module.emit(BluetoothData(length=len(data), data=data))

    def ended(self) -> None:
        """Learn that the host has gone."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        self._tell(BluetoothDisconnected())

    # For the line

    def be_discoverable(self) -> None:
        """Be seen, unless a host is connected."""
        self._discoverable = self._channel is None

    def send(self, data: bytes) -> None:
        """Send *data* to the host; without one they are lost."""
        if self._channel is not None:
            self._channel.write(data)

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
        self._discoverable = command.mode == Switch.ON and self._channel is None

    @queries(BTSTATE)
    def state(self) -> BluetoothStatus:
        """Tell whether a host is connected, or could be."""
        if self._channel is not None:
            return BluetoothStatus(state=BluetoothState.CONNECTED)
        found = BluetoothState.DISCOVERABLE if self._discoverable else BluetoothState.DISCONNECTED
        return BluetoothStatus(state=found)

    @queries(BTMAC, Form.STORED)
    def tell_address(self) -> BluetoothAddress:
        """Tell the hardware address."""
        return BluetoothAddress(mac=_MAC)

    @handles(BTSEND)
    def send_command(self, command: BTSEND) -> Payload:
        """Take data for the host; send what has come when the time is over."""
        if self._channel is None:
            raise Refused
        sent = partial(self._sent, self._channel)
        return Payload(intake=Counted(command.length or 0), then=sent, limit=_SEND_LIMIT, late=sent)

    def _sent(self, channel: Channel, data: bytes) -> Awaitable[None] | None:
        if self._channel is not channel:
            raise Refused
        channel.write(data)
        return self._drained(channel) if channel.congested else None

    async def _drained(self, channel: Channel) -> None:
        try:
            await channel.drain()
        except OSError:
            raise Refused from None
