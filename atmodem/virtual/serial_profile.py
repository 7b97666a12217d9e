"""Devices of classic Bluetooth in the neighbourhood, and their serial ports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Protocol

import attrs

from ..portable.values import IoCapability
from .network import Channel
from .simulation import FarEnd, ScriptedChannel

__all__ = ["ClassicPeer", "ClassicRadio"]

_serials = count(1)


def _made_up_address() -> str:
    return f"b0:0b:1e:00:00:{next(_serials) & 0xFF:02x}"


def _small(address: str) -> str:
    return address.lower()


@attrs.define(kw_only=True, eq=False)
class ClassicPeer:
    """A device that a script plays.

    :param address: as ``aa:bb:cc:dd:ee:ff``.
    :param name: its name.
    :param device_class: the 24 bits of its class.
    :param rssi: signal strength at the module in dBm.
    :param discoverable: an inquiry finds it.
    :param serial: it has a serial port to connect to.
    :param pairs: it connects only with those that it is paired with.
    :param pin: it is an old device that pairs by this PIN; None for one that pairs as *io* says.
    :param io: what its user can see and do while pairing.
    :param passkey: what it shows, or its user types, while pairing.
    :param accepts: its user agrees to be paired.
    :param play: called with the far end of each connection to its serial port.
    """

    address: str = attrs.field(factory=_made_up_address, converter=_small)
    name: str = "peer"
    device_class: int = 0x5A020C
    rssi: int = -50
    discoverable: bool = True
    serial: bool = True
    pairs: bool = False
    pin: str | None = attrs.field(default=None, repr=False)
    io: IoCapability = IoCapability.NONE
    passkey: str = "123456"
    accepts: bool = True
    play: Callable[[FarEnd], object] = lambda far_end: None
    #: Makes the other end of each connection to its serial port, where another program plays that.
    opener: Callable[[], Awaitable[Channel]] | None = None
    #: The far ends of the connections to its serial port, in the order in which they were opened.
    far_ends: list[FarEnd] = attrs.field(factory=list, init=False)
    #: Addresses of the modules that it is paired with.
    bonded: set[str] = attrs.field(factory=set, init=False)

    def needs_pairing(self, address: str) -> bool:
        """Tell whether a module has to be paired with it before they can connect."""
        return (self.pairs or self.pin is not None) and address not in self.bonded

    async def open_serial(self) -> Channel:
        """Open its serial port for a module.

        :raises OSError: it has none, or nobody plays it.
        """
        if not self.serial:
            raise ConnectionRefusedError("it has no serial port")
        if self.opener is not None:
            return await self.opener()
        channel = ScriptedChannel((self.address, 1), (self.address, 1))
        self.far_ends.append(channel.far)
        self.play(channel.far)
        return channel

    def hang_up(self) -> None:
        """End the connections of its serial port that a script plays."""
        for far_end in self.far_ends:
            far_end.close()


class ClassicRadio(Protocol):
    """A module's radio, as its neighbourhood meets it."""

    @property
    def address(self) -> str:
        """Its address."""
        ...

    @property
    def takes_calls(self) -> bool:
        """Whether peers may connect to its serial port now."""
        ...

    async def called(self, peer: ClassicPeer, channel: Channel) -> None:
        """Take a connection to the serial port, once the two are paired where *peer* wants that.

        :raises ConnectionError: it was not taken; the channel is still the caller's.
        """
        ...
