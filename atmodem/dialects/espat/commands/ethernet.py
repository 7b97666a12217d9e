"""The Ethernet port (ESP32 alone); not in the default firmware."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Ip, Mac, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many
from ..values.network import AddressField

__all__ = ["CEHOSTNAME", "CIPETH", "CIPETHMAC"]

_SECTION = "Ethernet AT Commands"

_ADDRESS = Ip(quoting=Quoting.ALWAYS)


@command("CIPETHMAC", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPETHMAC(Setting):
    """Set the hardware address of the port; ``query()`` reads it. Stored while SYSSTORE is on.

    :param mac: the address; bit 0 of its first byte must be 0.
    :raises CommandError: for another address.

    Source: Ethernet AT Commands, AT+CIPETHMAC.
    """

    mac: str = param(Mac(quoting=Quoting.ALWAYS))


@command("CIPETH", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPETH(Command[None]):
    """Give the port a fixed IPv4 address, which switches DHCP off; ``query()`` returns its addresses.

    Stored while SYSSTORE is on.

    :param ip: the address.
    :param gateway: the gateway.
    :param netmask: the mask of the network.
    :raises CommandError: when they do not go together.

    Source: Ethernet AT Commands, AT+CIPETH.
    """

    ip: str = param(_ADDRESS)
    gateway: str | None = param(_ADDRESS, default=None)
    netmask: str | None = param(_ADDRESS, default=None)
    query: ClassVar[QueryForm[tuple[AddressField, ...]]] = QueryForm(Many(AddressField, "<key>:<value>"))


@command("CEHOSTNAME", timeout=2, section=_SECTION)
class CEHOSTNAME(Setting):
    """Set the host name of the port; ``query()`` reads it. The firmware has it, the documentation does not.

    :param hostname: up to 32 bytes.
    :raises CommandError: while the port is off.

    Source: strings of the core library.
    """

    hostname: str = param(Text(Quoting.ALWAYS, longest=32, free=True), answer_quoting=Quoting.NEVER)
