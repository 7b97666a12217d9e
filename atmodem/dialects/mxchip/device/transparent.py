"""Transparent mode: the line becomes one link, or the Bluetooth connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.clock import Timer
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused, Streaming
from ..commands.bluetooth import BTSENDRAW
from ..commands.sockets import CIPSENDRAW
from ..commands.uart import UARTFOMAT
from .link import FarEnd, Link
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Transparent"]

#: Stands for the Bluetooth connection where others are numbers of links.
_BLUETOOTH = -1


class Transparent(Part):
    """Passes bytes between the line and what it has become.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: What the line is, if that mode is on: kept over a restart.
        self._kept: Store[type[CIPSENDRAW], int] = Store(module.settings)
        self._frame = bytearray()
        self._timer: Timer | None = None
        #: The host is held back while the network is behind.
        self._held = False

    def power_up(self) -> None:
        self._kept.restart()

    def power_down(self) -> None:
        self._frame.clear()
        self._held = False
        self._stop()

    def restore(self) -> None:
        """Forget the mode."""
        self._kept.restore()

    def started(self) -> None:
        """Go on in the mode in which the module stopped."""
        if self._kept.get(CIPSENDRAW) is not None:
            self._module.console.begin_stream(self._streaming())

    def carries(self, link: Link) -> bool:
        """Tell whether the line is *link* now."""
        return self._module.console.streaming and self._kept.get(CIPSENDRAW) == link.number

    @property
    def carries_bluetooth(self) -> bool:
        """Whether the line is the Bluetooth connection now."""
        return self._module.console.streaming and self._kept.get(CIPSENDRAW) == _BLUETOOTH

    @handles(CIPSENDRAW)
    def become_link(self, _: CIPSENDRAW) -> Streaming:
        """Become the open link with the lowest number."""
        link = self._module.links.first_open
        if link is None:
            raise Refused
        return self._become(link.number)

    @handles(BTSENDRAW)
    def become_bluetooth(self, _: BTSENDRAW) -> Streaming:
        """Become the Bluetooth connection, whether there is one or not."""
        self._module.bluetooth.be_discoverable()
        return self._become(_BLUETOOTH)

    def _become(self, what: int) -> Streaming:
        self._kept.set(CIPSENDRAW, what)
        return self._streaming()

    def _streaming(self) -> Streaming:
        return Streaming(received=self._received, escaped=self._escaped)

    def _received(self, data: bytes) -> None:
        """Collect a frame: until it is long enough, or nothing more comes for a while."""
        framing = self._module.settings[UARTFOMAT]
        self._frame += data
        while len(self._frame) >= framing.length:
            self._send(bytes(self._frame[: framing.length]))
            del self._frame[: framing.length]
        self._stop()
        if self._frame:
            self._timer = self._module.clock.call_later(framing.time / 1000, self._flush)

    def _flush(self) -> None:
        self._stop()
        if self._frame:
            self._send(bytes(self._frame))
            self._frame.clear()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send(self, data: bytes) -> None:
        """Send a frame; without anybody there it is lost."""
        what = self._kept.get(CIPSENDRAW)
        if what == _BLUETOOTH:
            self._module.bluetooth.send(data)
            return
        link = None if what is None else self._module.links.get(what)
        if link is None:
            return
        if link.datagrams is not None and link.target is not None:
            link.datagrams.send(data, link.target)
        for end in link.ends.values():
            end.channel.write(data)
            if end.channel.congested and not self._held:
                self._held = True
                self._module.hold_input(self)
                self._module.spawn(self._await_network(end))

    async def _await_network(self, end: FarEnd) -> None:
        await end.taken()
        self._held = False
        self._module.release_input(self)

    def _escaped(self) -> None:
        self._flush()
        self._kept.remove(CIPSENDRAW)
        self._module.write(b"".join(self._module.framing.answer((), self._module.framing.success)))
