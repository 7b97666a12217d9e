"""MXCHIP passthrough under the portable session."""

from __future__ import annotations

import anyio

from ...errors import CommandError, ConnectFailed, ModeConflict
from ...portable.drivers import PassthroughDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Endpoint, TlsOptions, Transport
from .commands.sockets import CIPSENDRAW
from .commands.system import CIPEVENT
from .commands.uart import UARTFOMAT
from .driver_sockets import MxSockets
from .values.enums import Switch

__all__ = ["MxPassthrough"]

#: Milliseconds of silence that the grammar's escape is made for, half as long as its pauses.
_FRAME_MS = 100


class MxPassthrough(PassthroughDriver):
    """Enters and leaves transparent mode with MXCHIP commands, on the one link that is open then."""

    def __init__(self, modem: ModemAPI, links: MxSockets) -> None:
        self._modem = modem
        self._links = links
        self._link: int | None = None

    def reset(self) -> None:
        """Forget the link: the module has started anew."""
        self._link = None

    async def enter(self, remote: Endpoint, transport: Transport, tls: TlsOptions | None) -> None:
        """Open the one link and let all bytes pass on it."""
        if self._links.in_use:
            raise ModeConflict("passthrough takes the only open link", advice="close the others first")
        await self._check_framing()
        host, port = remote
        try:
            if transport is Transport.UDP:
                link = await self._links.open_udp(remote, None)
            else:
                link = await self._links.open_tcp(host, port, passive=False, tls=tls)
            self._link = link.number
            # Without a frame data are not taken for anything else.
            await self._modem.send(CIPEVENT(state=Switch.OFF))
            # Once it is sent, passthrough begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await self._modem.send(CIPSENDRAW())
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self.left()
            if not isinstance(error, CommandError) or isinstance(error, ConnectFailed):
                raise
            raise ConnectFailed(
                f"could not pass through to {host} port {port}: {error.message}",
                code=error.code,
                name=error.name,
                text=error.text,
                command=error.command,
                advice=error.advice,
            ) from error

    async def _check_framing(self) -> None:
        """Refuse a framing that the pauses around the escape would not count as silence in."""
        framing = await self._modem.send(UARTFOMAT.query())
        if framing.time > _FRAME_MS:
            raise ModeConflict(
                f"the line's frames end after {framing.time} ms, and passthrough could not be left",
                advice=f"set {_FRAME_MS} ms or less by UARTFOMAT",
            )

    async def left(self) -> None:
        """Let events tell of links again, and close the one."""
        await self._modem.send(CIPEVENT(state=Switch.ON))
        link, self._link = self._link, None
        if link is not None:
            await self._links.close(link)
