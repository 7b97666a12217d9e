"""Names, time and services of ESP-AT under the portable sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from ...errors import CommandError, InvalidArgument, ModeConflict
from ...portable.drivers import ClockDriver, MdnsDriver, NetworkDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import NetworkTime, PingResult, Service
from .commands.net import CIPDOMAIN, MDNS, PING
from .commands.sntp import CIPSNTPCFG, CIPSNTPTIME
from .commands.system import SYSTIMESTAMP
from .commands.wifi import CWHOSTNAME
from .values.network import IpPreference, MdnsMode, MdnsQuery

__all__ = ["EspClock", "EspMdns", "EspNetwork"]

_VERSIONS = {4: IpPreference.IPV4, 6: IpPreference.IPV6, None: None}
_MOST_SERVERS = 3
_MOST_PAIRS = 20
_MOST_RESULTS = 32

#: The firmware writes English names, whatever the locale here.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOT_SET = 1970

_TARGET = re.compile(r"(?P<host>.*?)(?:\.local)?\.?[:, ]\s*(?P<port>\d+)")


class EspNetwork(NetworkDriver):
    """Looks up and reaches hosts with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def resolve(self, host: str, version: int | None) -> tuple[str, ...]:
        """Return the address that the module tells."""
        try:
            found = await self._modem.send(CIPDOMAIN(hostname=host, ip_network=_VERSIONS[version]))
        except CommandError as error:
            raise CommandError(
                f"no address is known for {host!r}",
                code=error.code,
                name="NO_SUCH_HOST",
                text=error.text,
                command=error.command,
                advice="without a network every name is unknown",
            ) from error
        return tuple(entry.ip for entry in found)

    async def ping(self, host: str, count: int, time_limit: float) -> PingResult:
        """Ping once and again; the module waits a few seconds for each answer."""
        times: list[int] = []
        for _ in range(count):
            try:
                answer = await self._modem.send(PING(host=host), timeout=max(PING.declaration.timeout, time_limit + 5))
            except CommandError as error:
                if error.name != "PING_TIMEOUT":
                    raise
            else:
                if answer.time_ms <= time_limit * 1000:
                    times.append(answer.time_ms)
        return PingResult(sent=count, received=len(times), milliseconds=sum(times) / len(times) if times else None)


class EspClock(ClockDriver):
    """Reads and sets the clock with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self) -> NetworkTime:
        """Return the time in the zone that is set, or in UTC where the firmware tells none without time servers."""
        settings = await self._modem.send(CIPSNTPCFG.query())
        zone = timezone(timedelta(minutes=_minutes(settings.timezone or 0)))
        try:
            text = (await self._modem.send(CIPSNTPTIME.query())).time
        except CommandError:
            stamp = (await self._modem.send(SYSTIMESTAMP.query())).timestamp
            time = datetime.fromtimestamp(stamp, UTC)
        else:
            time = _parsed(text).replace(tzinfo=zone)
        if time.year <= _NOT_SET:
            return NetworkTime(time=time, synchronized=False)
        # Set by hand, it is not known whether a server has set it since.
        return NetworkTime(time=time, synchronized=True if settings.enable else None)

    async def start_sntp(self, zone: int, servers: tuple[str, ...]) -> None:
        """Ask up to three servers, or the module's own."""
        if len(servers) > _MOST_SERVERS:
            raise InvalidArgument("servers", f"at most {_MOST_SERVERS}")
        first, second, third = (*servers, None, None, None)[:_MOST_SERVERS]
        command = CIPSNTPCFG(enable=True, timezone=_written(zone), server1=first, server2=second, server3=third)
        await self._modem.send(command)

    async def set(self, time: datetime) -> None:
        """Set it in whole seconds."""
        await self._modem.send(SYSTIMESTAMP(timestamp=int(time.timestamp())))


def _written(minutes: int) -> int:
    """Return a zone as whole hours, or as hours and minutes in one number."""
    hours, rest = divmod(abs(minutes), 60)
    sign = 1 if minutes >= 0 else -1
    if not rest:
        return sign * hours
    if not hours:
        raise InvalidArgument("zone", "0, or an hour or more from Greenwich")
    return sign * (hours * 100 + rest)


def _minutes(zone: int) -> int:
    """Return the minutes of a zone; the other way round."""
    if abs(zone) < 100:
        return zone * 60
    hours, rest = divmod(abs(zone), 100)
    return (hours * 60 + rest) * (1 if zone > 0 else -1)


def _parsed(text: str) -> datetime:
    _, month, day, clock, year = text.split()
    hour, minute, second = (int(part) for part in clock.split(":"))
    return datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second)


class EspMdns(MdnsDriver):
    """Publishes and looks for services with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._published: Service | None = None

    def reset(self) -> None:
        """Publish nothing: the module has started anew."""
        self._published = None

    async def advertise(self, service: Service) -> None:
        """Publish a service, under the station's host name unless it has one."""
        if self._published is not None:
            raise ModeConflict("this module tells of one service at a time", advice="withdraw the other one first")
        if len(service.text) > _MOST_PAIRS:
            raise InvalidArgument("text", f"at most {_MOST_PAIRS} pairs")
        host = service.host or (await self._modem.send(CWHOSTNAME.query())).hostname
        text = [part for pair in service.text.items() for part in pair]
        command = MDNS(
            mode=MdnsMode.PUBLISH,
            hostname=host,
            service_type=service.kind,
            port=service.port,
            instance=service.instance or None,
            # Firmware before 5.0 takes no more than it needs.
            proto=None if service.protocol == "_tcp" else service.protocol,
            txt_number=len(service.text) or None,
            txt=text or None,
        )
        await self._modem.send(command)
        self._published = service

    async def withdraw(self, service: Service) -> None:
        """Publish nothing any more."""
        self._published = None
        await self._modem.send(MDNS(mode=MdnsMode.OFF))

    async def browse(self, kind: str, protocol: str, time_limit: float) -> tuple[Service, ...]:
        """Return the services that answer; none is no error."""
        command = MDNS(
            mode=MdnsMode.QUERY,
            query_type=MdnsQuery.PTR,
            wanted_service=kind,
            wanted_proto=protocol,
            timeout_ms=round(time_limit * 1000),
            max_results=_MOST_RESULTS,
        )
        try:
            answer = await self._modem.send(command)
        except CommandError:
            return ()
        lines = [line.text for line in answer.lines] if answer is not None else []
        return tuple(_service(kind, protocol, record) for record in _records(lines))


def _records(lines: list[str]) -> Iterator[dict[str, str]]:
    """Gather the lines of each service: a key that comes again begins the next one."""
    record: dict[str, str] = {}
    for line in lines:
        key, _, text = line.partition("=")
        if key in record:
            yield record
            record = {}
        record[key] = text.strip()
    if record:
        yield record


def _service(kind: str, protocol: str, record: dict[str, str]) -> Service:
    target = _TARGET.fullmatch(record.get("SRV", ""))
    pairs = (pair.partition("=") for pair in re.split(r"[;,]\s*", record.get("TXT", "")) if "=" in pair)
    return Service(
        kind=kind,
        protocol=protocol,
        port=int(target["port"]) if target else 0,
        host=target["host"] if target else "",
        instance=record.get("PTR", ""),
        address=record.get("A") or record.get("AAAA"),
        text={key: text for key, _, text in pairs},
    )
