"""Names and time of MXCHIP AT under the portable sessions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ...errors import CommandError, InvalidArgument, ProtocolError
from ...portable.drivers import ClockDriver, NetworkDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import NetworkTime
from .commands.clock import RTCGET, SNTPCFG, SNTPTIME
from .commands.net import CIPDOMAIN

__all__ = ["MxClock", "MxNetwork"]

_MOST_SERVERS = 2
#: A clock that nobody has set begins here.
_NOT_SET = 1970


class MxNetwork(NetworkDriver):
    """Looks up hosts."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def resolve(self, host: str, version: int | None) -> tuple[str, ...]:
        """Return the addresses that the module tells; it knows IPv4 alone."""
        try:
            found = await self._modem.send(CIPDOMAIN(domain=host))
        except CommandError as error:
            raise _no_such_host(host, error) from error
        addresses = tuple(row.ip for row in found.rows if version is None or (":" in row.ip) == (version == 6))
        if not addresses:
            raise _no_such_host(host, None)
        return addresses


class MxClock(ClockDriver):
    """Reads the clock, and lets time servers set it."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._zone: timezone | None = None

    def reset(self) -> None:
        """Forget the zone: the module has started anew."""
        self._zone = None

    async def read(self) -> NetworkTime:
        """Ask time servers, or without an answer the module's clock; its zone is known once it was set here."""
        try:
            text, synchronized = (await self._modem.send(SNTPTIME())).time, True
        except CommandError:
            text, synchronized = (await self._modem.send(RTCGET())).time, False
        time = _parsed(text).replace(tzinfo=self._zone)
        if time.year <= _NOT_SET:
            return NetworkTime(time=time, synchronized=False)
        # Set before, and nobody answers now.
        return NetworkTime(time=time, synchronized=True if synchronized else None)

    async def start_sntp(self, zone: int, servers: tuple[str, ...]) -> None:
        """Set zone and up to two servers."""
        if len(servers) > _MOST_SERVERS:
            raise InvalidArgument("servers", f"at most {_MOST_SERVERS}")
        first, second = (*servers, None, None)[:_MOST_SERVERS]
        await self._modem.send(SNTPCFG(time_zone=_written(zone), domain1=first, domain2=second))
        self._zone = timezone(timedelta(minutes=zone))


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ProtocolError("the module told no time", received=text.encode()) from error


def _written(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"


def _no_such_host(host: str, error: CommandError | None) -> CommandError:
    return CommandError(
        f"no address is known for {host!r}",
        code="ERROR" if error is None else error.code,
        name="NO_SUCH_HOST",
        text=None if error is None else error.text,
        command=None if error is None else error.command,
        advice="without a network every name is unknown",
    )
