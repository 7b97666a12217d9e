"""Transparent and automatic mode of the Air602 under the portable session."""

from __future__ import annotations

from contextlib import suppress

import anyio

from ...errors import AtmodemError, CommandError, ModeConflict
from ...portable.drivers import PassthroughDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Endpoint, Link, TlsOptions, Transport
from .commands.socket import ATRM, SKSDF
from .commands.uart import ATM, ENTM
from .driver_sockets import AirSockets, connect_failed
from .values import Protocol, Role, WorkMode

__all__ = ["AirPassthrough"]


class AirPassthrough(PassthroughDriver):
    """Enters and leaves transparent mode with one socket."""

    def __init__(self, modem: ModemAPI, sockets: AirSockets) -> None:
        self._modem = modem
        self._sockets = sockets
        self._link: Link | None = None

    async def enter(self, remote: Endpoint, transport: Transport, tls: TlsOptions | None) -> None:
        """Open a socket and become transparent with it."""
        if self._sockets.in_use:
            raise ModeConflict("passthrough excludes other links", advice="close them first")
        host, port = remote
        if transport is Transport.UDP:
            self._link = await self._sockets.open_udp(remote, None)
        else:
            self._link = await self._sockets.open_tcp(host, port, passive=False, tls=None)
        try:
            # SKSND chooses a default socket too, so this stands right before ENTM.
            await self._modem.send(SKSDF(socket=self._sockets.socket_of(self._link.number)))
            # Once it is sent, the mode begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await self._modem.send(ENTM())
        except BaseException as error:
            with anyio.CancelScope(shield=True), suppress(AtmodemError):
                await self.left()
            if not isinstance(error, CommandError):
                raise
            raise connect_failed(error, f"could not pass through to {host} port {port}") from error

    async def left(self) -> None:
        """Close the socket, which stays open behind the mode."""
        link, self._link = self._link, None
        if link is not None:
            await self._sockets.close(link.number)

    async def set_autostart(self, remote: Endpoint | None, transport: Transport) -> None:
        """Let the module begin each start in automatic mode, or take commands. It goes to flash.

        Automatic mode joins the network that is configured, and opens its connection again whenever it breaks.
        """
        if remote is None:
            await self._modem.send(ATM(mode=WorkMode.COMMAND, save=True))
            return
        host, port = remote
        protocol = Protocol.UDP if transport is Transport.UDP else Protocol.TCP
        await self._modem.send(ATRM(protocol=protocol, cs=Role.CLIENT, host_timeout=host, port=port, save=True))
        await self._modem.send(ATM(mode=WorkMode.AUTO, save=True))
