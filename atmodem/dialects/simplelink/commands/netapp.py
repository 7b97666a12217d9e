"""Commands of the network applications: servers, names, services, ping."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Generic, TypeVar

from ....wire.codecs import Choice, Text
from ....wire.command import command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Last, Many, NoReply, One, Reply
from ....wire.script import Deferred, Script
from ..codecs import Address, DataFormat, LineData, Number, Word, Words
from ..options import OptionName, OptionValue
from ..values.netapp import (
    HostAddress,
    HostService,
    MdnsService,
    NetApp,
    NetAppData,
    NetAppFlag,
    PingFlag,
    PingReport,
    ServiceListFlag,
    ServiceOption,
)
from ..values.netapp_options import HttpServerAuthPassword, NetAppSetting, NetAppValue
from ..values.sockets import Family
from .base import CoreCommand, check_address, insist, printed_length

__all__ = [
    "NetAPPGet",
    "NetAPPGetHostByName",
    "NetAPPGetHostByService",
    "NetAPPGetServiceList",
    "NetAPPPing",
    "NetAPPRecv",
    "NetAPPRegisterService",
    "NetAPPSend",
    "NetAPPSet",
    "NetAPPStart",
    "NetAPPStop",
    "NetAPPUnRegisterService",
]

V = TypeVar("V", bound=NetAppValue)

_FORMAT = Choice(DataFormat)
_LENGTH = Number(0, 1460, unit="bytes")
_HANDLE = Number(0, 65535)

#: How many lines a ping for ever reports in.
_ENDLESS = 1 << 62

_SERVICES = {
    ServiceListFlag.SHORT_IPV4: "",
    ServiceListFlag.FULL_IPV4: ",<name>,<host>",
    ServiceListFlag.FULL_IPV4_WITH_TEXT: ",<name>,<host>,<text>",
    ServiceListFlag.SHORT_IPV6: "",
    ServiceListFlag.FULL_IPV6: ",<name>,<host>",
    ServiceListFlag.FULL_IPV6_WITH_TEXT: ",<name>,<host>,<text>",
}


@command("NetAPPStart", timeout=5, section="6.5, table 46", evidence=Evidence.RUN)
class NetAPPStart(CoreCommand[None]):
    """Start network applications.

    :param apps: which, at least one.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 46.
    """

    apps: tuple[NetApp, ...] = param(Words(NetApp, needed=True))


@command("NetAPPStop", timeout=5, section="6.5, table 47", evidence=Evidence.RUN)
class NetAPPStop(CoreCommand[None]):
    """Stop network applications.

    :param apps: which, at least one.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 47.
    """

    apps: tuple[NetApp, ...] = param(Words(NetApp, needed=True))


@command(
    "NetAPPGetHostByName",
    timeout=20,
    section="6.5, table 48",
    worker=True,
    evidence=Evidence.RUN,
    reply=One(HostAddress),
    script=Script(deferred=Deferred()),
)
class NetAPPGetHostByName(CoreCommand[HostAddress]):
    """Resolve a name.

    :param host: the name, at most 255 bytes.
    :param family: family of the address that is wanted.
    :returns: the name and its address.
    :raises CommandError: ``NO_DNS_ANSWER``, ``NO_DNS_SERVER``.

    Source: SWRU534 6.5, table 48.
    """

    host: str = param(Text(shortest=1, longest=255))
    family: Family = param(Word(Family))


@command(
    "NetAPPGetHostByService",
    timeout=20,
    section="6.5, table 49",
    worker=True,
    evidence=Evidence.RUN,
    reply=One(HostService),
    script=Script(deferred=Deferred()),
)
class NetAPPGetHostByService(CoreCommand[HostService]):
    """Find a service by mDNS.

    :param service: its name or a part of it, at most 60 bytes.
    :param family: family of the address that is wanted.
    :returns: where it is.
    :raises CommandError: ``NO_MDNS_ANSWER``.

    Source: SWRU534 6.5, table 49.
    """

    service: str = param(Text(shortest=1, longest=60))
    family: Family = param(Word(Family))


@command("NetAPPSet", timeout=2, section="6.5, table 50", evidence=Evidence.RUN)
class NetAPPSet(CoreCommand[None]):
    """Write a setting of a network application: ``NetAPPSet(option=DeviceUrn(name="lamp"))``.

    :param option: the row with its values; its application and its option are the words that its class stands for.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 50.
    """

    option: NetAppSetting = param(OptionValue(NetAppSetting))


# Of all its answers the declaration names the one that holds a secret, so that its name is known for that.
@command("NetAPPGet", timeout=2, section="6.5, table 51", evidence=Evidence.RUN, reply=One(HttpServerAuthPassword))
class NetAPPGet(CoreCommand[V], Generic[V]):
    """Read a setting of a network application: ``NetAPPGet(option=DeviceUrn)`` answers a ``DeviceUrn``.

    :param option: the class of the row; its application and its option are the words that the class stands for.
    :returns: an instance of that class.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 51.
    """

    option: type[V] = param(OptionName(NetAppValue))

    def reply(self) -> Reply[Any]:
        return self.option.answer


@command("NetAPPSend", timeout=2, section="6.5, table 52", keep_commas=True, evidence=Evidence.RUN)
class NetAPPSend(CoreCommand[None]):
    """Answer a request of the network processor. Of little use: the core has no event for such requests.

    :param handle: number of the request.
    :param flags: what the data are, at least one.
    :param format: how the data stand in the line; in binary they must hold no CR, LF or NUL.
    :param length: bytes in the line; filled in.
    :param data: the data.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 52.
    """

    handle: int = param(_HANDLE)
    flags: tuple[NetAppFlag, ...] = param(Words(NetAppFlag, needed=True))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", codec=LineData())

    def __attrs_post_init__(self) -> None:
        insist(self.data is not None or self.length == 0, "data", "given")


@command(
    "NetAPPRecv",
    timeout=10,
    section="6.5, table 53",
    worker=True,
    evidence=Evidence.UNPROVEN,
    reply=Counted(NetAppData, "+{name}:<handle>,[<flags>,]<format>,<length>,"),
)
class NetAPPRecv(CoreCommand[NetAppData]):
    """Fetch the data of a request of the network processor. Every source seen forgets to allocate a buffer for them.

    :param handle: number of the request.
    :param format: how the data shall stand in the line.
    :param length: most bytes of data.
    :returns: the data.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 53.
    """

    handle: int = param(_HANDLE)
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(Number(1, 1460, unit="bytes"))

    def script(self) -> Script:
        asked = printed_length(self.length, self.format)
        return Script(deferred=Deferred({"handle": self.handle}), asked=asked)


@command("NetAPPPing", timeout=60, section="6.5, table 54", worker=True, evidence=Evidence.RUN, reply=Last(PingReport))
class NetAPPPing(CoreCommand[PingReport | None]):
    """Ping a host. To destination ``0.0.0.0`` it stops the ping that goes on, and answers nothing.

    A ping that is cancelled goes on in the module; its report is told as an unrecognised line.

    :param family: family of the address.
    :param destination: address of the host; names are not taken.
    :param size: bytes of a packet.
    :param delay_ms: ms between packets.
    :param timeout_ms: ms to wait for each answer.
    :param count: how many packets; 0 for ever.
    :param flags: when it reports.
    :returns: the last report.
    :raises CommandError: ``NETWORK_UNREACHABLE`` and other codes of the network processor.

    Source: SWRU534 6.5, table 54.
    """

    family: Family = param(Word(Family))
    destination: str = param(Address(None))
    size: int = param(Number(0, 65535, unit="bytes"))
    delay_ms: int = param(Number(0, unit="ms"))
    timeout_ms: int = param(Number(0, unit="ms"))
    count: int = param(Number(0))
    flags: PingFlag = param(Choice(PingFlag))

    def __attrs_post_init__(self) -> None:
        check_address(self.family, self.destination, "destination")

    @property
    def stops(self) -> bool:
        """Whether it stops the ping that goes on."""
        return ip_address(self.destination).is_unspecified

    def script(self) -> Script:
        if self.stops:
            return Script()
        lines = (self.count or _ENDLESS) if self.flags == PingFlag.EACH else 1
        return Script(deferred=Deferred(lines=lines, final_follows=False))

    def reply(self) -> Reply[Any]:
        return NoReply() if self.stops else self.declaration.reply

    def time_limit(self) -> float:
        if self.count == 0 and not self.stops:
            return 0
        return max(self.declaration.timeout, self.count * (self.delay_ms + self.timeout_ms) / 1000 + 5)


@command("NetAPPGetServiceList", timeout=5, section="6.5, table 55", evidence=Evidence.RUN)
class NetAPPGetServiceList(CoreCommand[tuple[MdnsService, ...]]):
    """List the services that mDNS has found. The firmware prints the first again in place of each other.

    :param offset: first entry.
    :param count: most entries.
    :param flags: which services, and with how many values.
    :returns: the services.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 55.
    """

    offset: int = param(Number(0))
    count: int = param(Number(0))
    flags: ServiceListFlag = param(Word(ServiceListFlag))

    def reply(self) -> Reply[Any]:
        more = _SERVICES[self.flags]
        return Many(
            MdnsService,
            f"<address>,<port>{more}",
            variants=(f"<endpoint>{more}",),
            label="services",
            separator=b";",
            joined=True,
            none=(b"",),
        )


@command("NetAPPRegisterService", timeout=5, section="6.5, table 56", evidence=Evidence.RUN)
class NetAPPRegisterService(CoreCommand[None]):
    """Announce a service by mDNS. Name and text together take at most 255 bytes.

    :param service: its name, at most 60 bytes.
    :param text: its description, at most 255 bytes.
    :param port: its port.
    :param ttl: s that others may remember it.
    :param options: how, at least one.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 56.
    """

    service: str = param(Text(shortest=1, longest=60))
    text: str = param(Text(longest=255))
    port: int = param(Number(0, 65535))
    ttl: int = param(Number(0, unit="s"))
    options: tuple[ServiceOption, ...] = param(Words(ServiceOption, needed=True))

    def __attrs_post_init__(self) -> None:
        insist(len((self.service + self.text).encode()) <= 255, "text", "at most 255 bytes together with the name")


@command("NetAPPUnRegisterService", timeout=5, section="6.5, table 57", keep_commas=True, evidence=Evidence.RUN)
class NetAPPUnRegisterService(CoreCommand[None]):
    """Withdraw a service.

    :param service: its whole name.
    :param options: as it was announced.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.5, table 57.
    """

    service: str = param(Text(shortest=1))
    options: tuple[ServiceOption, ...] | None = param(Words(ServiceOption), default=None)
