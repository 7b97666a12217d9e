"""Addresses, names and reachability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ....wire.codecs import Bool, Choice, Int, Ip, ListOf, Mac, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, NoReply, One, Reply, Table
from ....wire.script import Meaning, Script
from ..values.network import (
    AddressField,
    DnsMode,
    InterfaceAddress,
    IpPreference,
    MdnsAnswer,
    MdnsLine,
    MdnsMode,
    MdnsQuery,
    PingTime,
    ResolvedAddress,
)
from .limits import beyond

__all__ = [
    "CIFSR",
    "CIPAP",
    "CIPAPMAC",
    "CIPDNS",
    "CIPDOMAIN",
    "CIPSTA",
    "CIPSTAMAC",
    "CIPV6",
    "MDNS",
    "PING",
]

_SECTION = "TCP/IP AT Commands"
_WIFI_SECTION = "Wi-Fi AT Commands"

_NAME = Text(Quoting.ALWAYS)
_MAC = Mac(quoting=Quoting.ALWAYS)
_ADDRESS = Ip(quoting=Quoting.ALWAYS)
_ANY_ADDRESS = Ip(None, Quoting.ALWAYS)
_ADDRESSES: Reply[tuple[AddressField, ...]] = Many(AddressField, "<key>:<value>")


@command("CIFSR", timeout=2, section=_SECTION, reply=Many(InterfaceAddress), evidence=Evidence.RUN)
class CIFSR(Command[tuple[InterfaceAddress, ...]]):
    """List the addresses of all interfaces that are up.

    :returns: IP and hardware addresses; a station that has not joined has 0.0.0.0, or none (ESP8266).
    :raises CommandError: never by itself.

    Source: TCP/IP AT Commands, AT+CIFSR.
    """


@command("CIPSTAMAC", timeout=2, section=_WIFI_SECTION, evidence=Evidence.RUN)
class CIPSTAMAC(Setting):
    """Set the hardware address of the station; ``query()`` reads it. Stored while SYSSTORE is on.

    :param mac: the address; bit 0 of its first byte must be 0.
    :raises CommandError: for another address, or that of the own access point.

    Source: Wi-Fi AT Commands, AT+CIPSTAMAC.
    """

    mac: str = param(_MAC)


@command("CIPAPMAC", timeout=2, section=_WIFI_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPAPMAC(Setting):
    """Set the hardware address of the own access point; ``query()`` reads it. Stored while SYSSTORE is on.

    :param mac: the address; bit 0 of its first byte must be 0.
    :raises CommandError: for another address, or that of the station.

    Source: Wi-Fi AT Commands, AT+CIPAPMAC.
    """

    mac: str = param(_MAC)


@command("CIPSTA", timeout=3, section=_WIFI_SECTION, evidence=Evidence.RUN)
class CIPSTA(Command[None]):
    """Give the station a fixed IPv4 address, which switches DHCP off; ``query()`` returns its addresses.

    Stored while SYSSTORE is on.

    :param ip: the address.
    :param gateway: the gateway.
    :param netmask: the mask of the network.
    :raises CommandError: when they do not go together.

    Source: Wi-Fi AT Commands, AT+CIPSTA.
    """

    ip: str = param(_ADDRESS)
    gateway: str | None = param(_ADDRESS, default=None)
    netmask: str | None = param(_ADDRESS, default=None)
    query: ClassVar[QueryForm[tuple[AddressField, ...]]] = QueryForm(_ADDRESSES)


@command("CIPAP", timeout=3, section=_WIFI_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPAP(Command[None]):
    """Set the IPv4 address of the own access point; ``query()`` returns its addresses. Stored while SYSSTORE is on.

    :param ip: the address.
    :param gateway: the gateway.
    :param netmask: the mask of the network.
    :raises CommandError: while it is off, and when they do not go together.

    Source: Wi-Fi AT Commands, AT+CIPAP.
    """

    ip: str = param(_ADDRESS)
    gateway: str | None = param(_ADDRESS, default=None)
    netmask: str | None = param(_ADDRESS, default=None)
    query: ClassVar[QueryForm[tuple[AddressField, ...]]] = QueryForm(_ADDRESSES)


@command("CIPV6", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPV6(Setting):
    """Switch IPv6 on or off, from 2.2; ``query()`` reads it. Stored while SYSSTORE is on.

    :param enable: it is on.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: TCP/IP AT Commands, AT+CIPV6.
    """

    enable: bool = param(Bool())


@command("CIPDNS", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPDNS(Setting):
    """Set the DNS servers; ``query()`` reads them. Stored while SYSSTORE is on.

    :param enable: take them from DHCP, or these.
    :param dns1: first server.
    :param dns2: second server.
    :param dns3: third server; no two may be the same. Read back, a server that is not set is missing or 0.0.0.0.
    :raises CommandError: for an address that is none, or comes twice.

    Source: TCP/IP AT Commands, AT+CIPDNS.
    """

    enable: DnsMode = param(Choice(DnsMode))
    dns1: str | None = param(_ANY_ADDRESS, default=None)
    dns2: str | None = param(_ANY_ADDRESS, default=None)
    dns3: str | None = param(_ANY_ADDRESS, default=None)


@command("CIPDOMAIN", timeout=20, section=_SECTION, reply=Many(ResolvedAddress), evidence=Evidence.RUN)
class CIPDOMAIN(Command[tuple[ResolvedAddress, ...]]):
    """Resolve a host name.

    :param hostname: the name.
    :param ip_network: which addresses are wanted; IPv4 first unless given.
    :param timeout_ms: how long the module tries, 0 to 60000 milliseconds; 0 its own limit (from 4.1).
    :param show_all: tell all addresses (from 5.1).
    :returns: the address, or all of them.
    :raises CommandError: for a name that is not known, or without a network.

    Source: TCP/IP AT Commands, AT+CIPDOMAIN.
    """

    hostname: str = param(_NAME)
    ip_network: IpPreference | None = param(Choice(IpPreference), default=None)
    timeout_ms: int | None = param(Int(0, 60000, "ms"), default=None)
    show_all: bool | None = param(Bool(), default=None)

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return beyond(20, self.timeout_ms)


@command(
    "PING",
    timeout=10,
    section=_SECTION,
    reply=One(PingTime, bare=True, named=True),
    script=Script(
        causes=(rb"\+PING:(TIMEOUT)", rb"\+(timeout)"),
        meanings={
            "TIMEOUT": Meaning("PING_TIMEOUT", "the host did not answer, or its name is not known"),
            "timeout": Meaning("PING_TIMEOUT", "the host did not answer, or its name is not known"),
        },
    ),
    evidence=Evidence.RUN,
)
class PING(Command[PingTime]):
    """Ping a host.

    :param host: its address or name.
    :returns: the round trip in milliseconds.
    :raises CommandError: ``PING_TIMEOUT`` when it does not answer.

    Source: TCP/IP AT Commands, AT+PING.
    """

    host: str = param(_NAME)


_PUBLISHED = ("mode", (MdnsMode.PUBLISH,))
_QUERIED = ("mode", (MdnsMode.QUERY,))
_OF_INSTANCE = ("query_type", (MdnsQuery.TXT, MdnsQuery.SRV, MdnsQuery.SRV_TXT))
_OF_SERVICE = ("query_type", (MdnsQuery.PTR, MdnsQuery.TXT, MdnsQuery.SRV, MdnsQuery.SRV_TXT))
_OF_HOST = ("query_type", (MdnsQuery.A, MdnsQuery.AAAA, MdnsQuery.A_AAAA))

_MDNS_ANSWER: Reply[MdnsAnswer] = Table(MdnsAnswer, MdnsLine, "<length>", rows="lines", row_template="<text>")


@command("MDNS", timeout=10, section=_SECTION, reply=_MDNS_ANSWER, evidence=Evidence.DOCUMENTATION)
class MDNS(Command[MdnsAnswer | None]):
    """Publish a service by mDNS, or (from 5.0) look for services.

    :param mode: off, publish or query.
    :param hostname: own host name (to publish).
    :param service_type: type of the service, such as ``_http`` (to publish).
    :param port: its port (to publish).
    :param instance: its name; the host name unless given (to publish).
    :param proto: its protocol; ``_tcp`` unless given (to publish).
    :param txt_number: pairs in *txt*, 1 to 20 (to publish).
    :param txt: keys and values of its TXT record in turn (to publish).
    :param query_type: what to ask for (to query).
    :param wanted_instance: name of the service (``TXT``, ``SRV``).
    :param wanted_service: type of the service (``PTR``, ``TXT``, ``SRV``).
    :param wanted_proto: its protocol (``PTR``, ``TXT``, ``SRV``).
    :param wanted_host: the host name (``A``, ``AAAA``).
    :param timeout_ms: how long to wait for answers, in milliseconds (to query).
    :param max_results: most answers (to query).
    :returns: what was found by a query; None else.
    :raises CommandError: when nothing was found, or without a network.

    Source: TCP/IP AT Commands, AT+MDNS.
    """

    mode: MdnsMode = param(Choice(MdnsMode))
    hostname: str | None = param(_NAME, default=None, when=_PUBLISHED)
    service_type: str | None = param(_NAME, default=None, when=_PUBLISHED)
    port: int | None = param(Int(0, 65535), default=None, when=_PUBLISHED)
    instance: str | None = param(_NAME, default=None, when=_PUBLISHED)
    proto: str | None = param(_NAME, default=None, when=_PUBLISHED)
    txt_number: int | None = param(Int(1, 20), default=None, when=_PUBLISHED)
    txt: Sequence[str] | None = param(ListOf(_NAME), default=None, rest=True, when=_PUBLISHED)
    query_type: MdnsQuery | None = param(Choice(MdnsQuery), default=None, when=_QUERIED)
    wanted_instance: str | None = param(_NAME, default=None, when=_OF_INSTANCE)
    wanted_service: str | None = param(_NAME, default=None, when=_OF_SERVICE)
    wanted_proto: str | None = param(_NAME, default=None, when=_OF_SERVICE)
    wanted_host: str | None = param(_NAME, default=None, when=_OF_HOST)
    timeout_ms: int | None = param(Int(0, unit="ms"), default=None, when=_QUERIED)
    max_results: int | None = param(Int(1), default=None, when=_QUERIED)

    def reply(self) -> Reply[Any]:
        """Only a query is answered with what it finds."""
        return _MDNS_ANSWER if self.mode == MdnsMode.QUERY else NoReply()

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return beyond(10, self.timeout_ms)
