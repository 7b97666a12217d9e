"""Names under the portable session: the Air602 resolves them, and pings without telling what came of it."""

from __future__ import annotations

from ...errors import CommandError
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import NetworkDriver
from ...portable.modem_api import ModemAPI
from .commands.net import SKGHBN

__all__ = ["AirNetwork"]


class AirNetwork(NetworkDriver):
    """Looks up hosts."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def resolve(self, host: str, version: int | None) -> tuple[str, ...]:
        """Return the one address that the module tells."""
        if version == 6:
            raise unsupported(Capability.SOCKETS_IPV6, "air602")
        try:
            return ((await self._modem.send(SKGHBN(host=host))).ip,)
        except CommandError as error:
            raise CommandError(
                f"no address is known for {host!r}",
                code=error.code,
                name="NO_SUCH_HOST",
                text=error.text,
                command=error.command,
                advice="without a network every name is unknown",
            ) from error
