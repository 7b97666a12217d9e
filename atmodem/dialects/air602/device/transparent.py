"""Transparent and automatic mode: the line is a stream of bare data."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ....virtual.clock import Timer, sleep
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused, Streaming
from ..commands.socket import ATRM
from ..commands.uart import ATM, ENTM
from ..values import WorkMode

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["TransparentPart"]

#: Bytes that are sent at once.
_BLOCK = 512
#: Seconds of silence after which less than a block is sent.
_PAUSE = 0.049
#: Seconds until automatic mode opens its socket again.
_REOPEN_AFTER = 10.0


class TransparentPart(Part):
    """Passes bytes between the line and the socket of transparent mode.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._block = bytearray()
        self._timer: Timer | None = None
        self._entering = False

    def power_down(self) -> None:
        self._block.clear()
        self._entering = False
        self._stop()

    def started(self) -> None:
        """Begin automatic mode, if that is what the parameters want."""
        if self._module.parameters[ATM].mode == WorkMode.AUTO:
            self._module.console.begin_stream(self._streaming())
            self._module.spawn(self._keep_open())

    @handles(ENTM)
    def enter(self, _: ENTM) -> Streaming:
        """Become transparent, and forget what was received too early."""
        self._module.accept()
        self._entering = True
        self._module.clock.call_later(0, self._entered)
        return self._streaming()

    def _entered(self) -> None:
        self._entering = False

    def _streaming(self) -> Streaming:
        return Streaming(received=self._received, escaped=self._escaped)

    def _received(self, data: bytes) -> None:
        if self._entering:
            return
        self._block += data
        while len(self._block) >= _BLOCK:
            self._send(bytes(self._block[:_BLOCK]))
            del self._block[:_BLOCK]
        self._stop()
        if self._block:
            self._timer = self._module.clock.call_later(_PAUSE, self._flush)

    def _flush(self) -> None:
        self._stop()
        if self._block:
            self._send(bytes(self._block))
            self._block.clear()

    def _send(self, data: bytes) -> None:
        """Send *data*; without a socket it is lost."""
        socket = self._module.sockets.transparent_socket
        if socket is None:
            return
        socket.send(data, self._module.spawn)
        if socket.sending is not None and not socket.sending.done():
            self._module.hold_input(self)
            socket.sending.add_done_callback(lambda _: self._module.release_input(self))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _escaped(self) -> None:
        self._flush()
        self._module.accept()

    async def _keep_open(self) -> None:
        """Keep the socket of automatic mode open."""
        while True:
            with suppress(Refused):
                if not self._module.wifi.online:
                    await self._module.wifi.join()
                    await self._module.wifi.until_online()
                socket = await self._module.sockets.open_automatic(self._module.parameters[ATRM])
                self._module.sockets.default = socket.number
                await socket.gone.wait()
            await sleep(self._module.clock, _REOPEN_AFTER)
