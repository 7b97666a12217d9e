"""ESP-AT passthrough under the portable session."""

from __future__ import annotations

from contextlib import suppress

import anyio

from ...errors import CommandError, ConnectFailed, ModeConflict
from ...portable.drivers import PassthroughDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Endpoint, TlsOptions, Transport
from .commands.links import CIPCLOSE, CIPMUX, CIPSTART
from .commands.sending import CIPMODE, CIPSEND, SAVETRANSLINK
from .driver_le import EspLe
from .driver_sockets import EspSockets
from .driver_tls import EspTls
from .values.sockets import LinkMode, LinkType, PassthroughStart, SendMode

__all__ = ["EspPassthrough"]

_KINDS = {
    Transport.TCP: (LinkType.TCP, LinkType.TCPV6),
    Transport.UDP: (LinkType.UDP, LinkType.UDPV6),
    Transport.TLS: (LinkType.SSL, LinkType.SSLV6),
}


class EspPassthrough(PassthroughDriver):
    """Enters and leaves passthrough with ESP-AT commands; it needs the mode of the one link."""

    def __init__(self, modem: ModemAPI, links: EspSockets, tls: EspTls, le: EspLe) -> None:
        self._modem = modem
        self._le = le
        self._links = links
        self._tls = tls

    async def enter(self, remote: Endpoint, transport: Transport, tls: TlsOptions | None) -> None:
        """Open the one link and enter passthrough on it."""
        if self._links.in_use:
            raise ModeConflict("passthrough excludes other links", advice="close them first")
        if self._le.in_use:
            raise ModeConflict("passthrough excludes Bluetooth Low Energy", advice="close its sessions first")
        send = self._modem.send
        host, port = remote
        try:
            await send(CIPMUX(mode=LinkMode.SINGLE))
            if tls is not None:
                await self._tls.set_up(None, host, tls)
            kind = _KINDS[transport][":" in host]
            try:
                await send(CIPSTART(type=kind, remote_host=host, remote_port=port))
            except CommandError as error:
                if tls is not None:
                    raise self._tls.failure(error, host, port, tls) from error
                raise
            await send(CIPMODE(mode=SendMode.PASSTHROUGH))
            # Once it is sent, passthrough begins whether or not somebody still waits for it.
            with anyio.CancelScope(shield=True):
                await send(CIPSEND())
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

    async def left(self) -> None:
        """Go back to links with numbers; data that are on their way come bare until the mode is off."""
        await self._modem.send(CIPMODE(mode=SendMode.NORMAL))
        with suppress(CommandError):  # the far end was faster
            await self._modem.send(CIPCLOSE())
        await self._modem.send(CIPMUX(mode=LinkMode.MULTIPLE))

    async def set_autostart(self, remote: Endpoint | None, transport: Transport) -> None:
        """Let the module enter passthrough at each start, or no longer. It goes to flash."""
        if remote is None:
            await self._modem.send(SAVETRANSLINK(mode=PassthroughStart.OFF))
            return
        host, port = remote
        kind = _KINDS[transport][":" in host]
        await self._modem.send(
            SAVETRANSLINK(mode=PassthroughStart.TCP_UDP_CLIENT, remote_host=host, remote_port=port, type=kind)
        )
