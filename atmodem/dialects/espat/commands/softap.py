"""Wi-Fi: the own access point and its stations."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Int, Ip, Mac, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, One
from ....wire.secret import Secret
from ..values.wifi import DhcpPool, DhcpState, Netifs, Protocols2G, Protocols5G, SoftApSecurity, SoftApStation

__all__ = ["CWAPPROTO", "CWDHCP", "CWDHCPS", "CWLIF", "CWQIF", "CWSAP"]

_SECTION = "Wi-Fi AT Commands"

_ADDRESS = Ip(quoting=Quoting.ALWAYS)


@command("CWSAP", timeout=5, section=_SECTION, evidence=Evidence.RUN)
class CWSAP(Setting):
    """Set up the own access point; ``query()`` reads it. Stored while SYSSTORE is on.

    :param ssid: its name, up to 32 bytes.
    :param password: 8 to 64 bytes, or empty with ``OPEN``.
    :param channel: its channel, 1 to 14.
    :param ecn: its security.
    :param max_conn: how many stations it takes, 1 to 10.
    :param hidden: it does not tell its name.
    :raises CommandError: while it is off, and for a password that does not fit its security.

    Source: Wi-Fi AT Commands, AT+CWSAP.
    """

    ssid: str = param(Text(Quoting.ALWAYS, longest=32, free=True))
    password: str | Secret[str] = param(SecretText(Text(Quoting.ALWAYS, longest=64)))
    channel: int = param(Int(1, 14))
    ecn: SoftApSecurity = param(Choice(SoftApSecurity))
    max_conn: int | None = param(Int(1, 10), default=None)
    hidden: bool | None = param(Bool(), default=None)


@command("CWLIF", timeout=3, section=_SECTION, reply=Many(SoftApStation), evidence=Evidence.RUN)
class CWLIF(Command[tuple[SoftApStation, ...]]):
    """List the stations in the own access point.

    :returns: those that have an address of its own DHCP server.
    :raises CommandError: while it is off.

    Source: Wi-Fi AT Commands, AT+CWLIF.
    """


@command("CWQIF", timeout=3, section=_SECTION, execute=True)
class CWQIF(Command[None]):
    """Throw a station out of the own access point, or all; :class:`StaDisconnected` follows for each.

    :param mac: its address; all stations unless given.
    :raises CommandError: when there is no such station.

    Source: Wi-Fi AT Commands, AT+CWQIF.
    """

    mac: str | None = param(Mac(quoting=Quoting.ALWAYS), default=None)


@command("CWDHCP", timeout=3, section=_SECTION, evidence=Evidence.RUN)
class CWDHCP(Command[None]):
    """Switch DHCP on or off; ``query()`` returns where it is on. Stored while SYSSTORE is on.

    :param operate: on or off.
    :param mode: the interfaces it is done to.
    :raises CommandError: while an interface is off.

    Source: Wi-Fi AT Commands, AT+CWDHCP.
    """

    operate: bool = param(Bool())
    mode: Netifs = param(Bitmask(Netifs))
    query: ClassVar[QueryForm[DhcpState]] = QueryForm(One(DhcpState, glued=True))


@command("CWDHCPS", timeout=3, section=_SECTION, evidence=Evidence.RUN)
class CWDHCPS(Command[None]):
    """Set the address pool of the own DHCP server; ``query()`` reads it. Stored while SYSSTORE is on.

    :param enable: use this pool; else everything is as from the factory, and nothing else is given.
    :param lease_min: minutes of a lease, 1 to 2880.
    :param start_ip: first address.
    :param end_ip: last address, at most 100 behind the first.
    :raises CommandError: while the access point is off, and for addresses outside its network.

    Source: Wi-Fi AT Commands, AT+CWDHCPS.
    """

    enable: bool = param(Bool())
    lease_min: int | None = param(Int(1, 2880, "min"), default=None)
    start_ip: str | None = param(_ADDRESS, default=None)
    end_ip: str | None = param(_ADDRESS, default=None)
    query: ClassVar[QueryForm[DhcpPool]] = QueryForm(One(DhcpPool, glued=True))


@command("CWAPPROTO", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWAPPROTO(Setting):
    """Choose the 802.11 standards of the own access point, from 2.1; ``query()`` reads them.

    Stored while SYSSTORE is on.

    :param protocol_2g: at 2.4 GHz.
    :param protocol_5g: at 5 GHz (ESP32-C5).
    :raises CommandError: for a set that the chip does not have.

    Source: Wi-Fi AT Commands, AT+CWAPPROTO.
    """

    glued: ClassVar[bool] = True
    protocol_2g: Protocols2G = param(Bitmask(Protocols2G))
    protocol_5g: Protocols5G | None = param(Bitmask(Protocols5G), default=None)
