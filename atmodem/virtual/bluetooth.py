"""The Bluetooth devices around virtual modules."""

from __future__ import annotations

from collections.abc import Iterable

from .blufi import BluFiModule, BluFiPhone
from .low_energy import LeDevice, LeLink, LeRadio, Peripheral
from .network import Channel
from .serial_profile import ClassicPeer, ClassicRadio
from .simulation import FarEnd, ScriptedChannel

__all__ = ["Bluetooth"]


class Bluetooth:
    """The devices in reach, shared by any number of virtual modules.

    :param devices: peripherals of low energy and peers of classic Bluetooth.
    """

    def __init__(self, devices: Iterable[Peripheral | ClassicPeer] = ()) -> None:
        self.peripherals: list[Peripheral] = []
        self.peers: list[ClassicPeer] = []
        #: Modules whose low energy is on.
        self.radios: list[LeRadio] = []
        #: Modules whose classic Bluetooth is on.
        self.ports: list[ClassicRadio] = []
        #: Modules that wait for a phone with BluFi.
        self.learners: list[BluFiModule] = []
        for device in devices:
            self.add(device)

    def add(self, device: Peripheral | ClassicPeer) -> None:
        """Put one more device into reach."""
        if isinstance(device, ClassicPeer):
            self.peers.append(device)
        else:
            self.peripherals.append(device)
            self.advertise(device)

    def remove(self, device: Peripheral | ClassicPeer) -> None:
        """Take a device out of reach; its connections end.

        :raises ValueError: it is not there.
        """
        if isinstance(device, ClassicPeer):
            self.peers.remove(device)
        else:
            self.peripherals.remove(device)
        device.hang_up()

    def peripheral(self, address: str) -> Peripheral | None:
        """Return the peripheral with that address that a module can connect to, or None."""
        found = (p for p in self.peripherals if p.address == address.lower() and p.connectable)
        return next(found, None)

    def peer(self, address: str) -> ClassicPeer | None:
        """Return the peer with that address, or None."""
        return next((peer for peer in self.peers if peer.address == address.lower()), None)

    def advertise(self, peripheral: Peripheral) -> None:
        """Let modules that scan hear a peripheral once more, such as after its data have changed."""
        for radio in tuple(self.radios):
            radio.heard(peripheral)

    def connect(self, device: LeDevice, address: str | None = None) -> LeLink:
        """Let a device connect to a module that advertises.

        :param address: the module's; None for the one that began last.
        :raises LookupError: no such module advertises.
        """
        for radio in reversed(self.radios):
            if radio.open_for_centrals and address in (None, radio.address):
                link = LeLink(radio, device)
                radio.connected(link)
                return link
        raise LookupError("no module advertises")

    async def call(self, peer: ClassicPeer, address: str | None = None) -> FarEnd:
        """Let a peer connect to the serial port of a module, and return its end of the connection.

        Cancelled, nothing is connected.

        :param address: the module's; None for the one that was switched on last.
        :raises LookupError: no such module takes connections.
        :raises ConnectionError: it did not come about, such as for want of pairing.
        """
        channel = ScriptedChannel((peer.address, 1), (peer.address, 1))
        await self.dial(peer, channel, address)
        peer.far_ends.append(channel.far)
        return channel.far

    async def dial(self, peer: ClassicPeer, channel: Channel, address: str | None = None) -> None:
        """Let a peer connect to the serial port of a module, and use *channel* as the connection.

        Cancelled or failed, the channel is still the caller's.

        :param address: the module's; None for the one that was switched on last.
        :raises LookupError: no such module takes connections.
        :raises ConnectionError: it did not come about, such as for want of pairing.
        """
        for radio in reversed(self.ports):
            if radio.takes_calls and address in (None, radio.address):
                await radio.called(peer, channel)
                return
        raise LookupError("no module takes connections")

    def open_blufi(self) -> BluFiPhone:
        """Let a phone with the BluFi app connect to the module that has begun last to wait for one.

        :raises LookupError: none waits.
        """
        if not self.learners:
            raise LookupError("no module waits for a phone")
        return BluFiPhone(self.learners[-1])
