"""Commands of addresses and names."""

from __future__ import annotations

from ....errors import InvalidArgument
from ....wire.codecs import Ip, Text
from ....wire.command import Command, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Table
from ....wire.script import Script
from ..errors import HOST_NOT_FOUND
from ..values.codecs import StationIp
from ..values.records import HostAddress, HostAddresses

__all__ = ["CIPDOMAIN", "WJAPIP", "WSAPIP"]


@command("WSAPIP", timeout=5, section="3 AT+WSPIP", evidence=Evidence.DOCUMENTATION)
class WSAPIP(Setting):
    """Set the address of the module's own access point; ``WSAPIP.query()`` reads it back.

    Source: manual 3, under the misspelt heading AT+WSPIP.

    :param ip: its address.
    :param netmask: its network mask.
    :param gateway: the gateway that it announces. Mask and gateway are given together or not at all.
    :raises InvalidArgument: for one of *netmask* and *gateway* without the other.
    """

    ip: str = param(Ip())
    netmask: str | None = param(Ip(), default=None)
    gateway: str | None = param(Ip(), default=None)

    def __attrs_post_init__(self) -> None:
        if (self.netmask is None) != (self.gateway is None):
            lacking = "netmask" if self.netmask is None else "gateway"
            raise InvalidArgument(lacking, "given: mask and gateway come together", command="AT+WSAPIP")


@command("WJAPIP", timeout=5, section="3 AT+WJAPIP")
class WJAPIP(Setting):
    """Set a fixed address of the station, for use from the next restart on and while DHCP is off.

    ``WJAPIP.query()`` answers the address in use, all zeros while no network is joined.

    Source: manual 3, AT+WJAPIP.

    :param ip: address of the station.
    :param netmask: network mask.
    :param gateway: gateway.
    :param dns: name server.
    :raises CommandError: ``REFUSED`` for what is no address.
    """

    ip: str = param(StationIp())
    netmask: str = param(StationIp())
    gateway: str = param(StationIp())
    dns: str | None = param(StationIp(), default=None)


@command(
    "CIPDOMAIN",
    timeout=20,
    section="4 AT+CIPDOMAIN",
    reply=Table(HostAddresses, HostAddress),
    script=Script(meanings=HOST_NOT_FOUND),
)
class CIPDOMAIN(Command[HostAddresses]):
    """Look up a host name. Answers :class:`HostAddresses`.

    Source: manual 4, AT+CIPDOMAIN.

    :param domain: the name.
    :raises CommandError: ``HOST_NOT_FOUND`` for a name that does not resolve.
    """

    domain: str = param(Text(shortest=1))
