"""Addresses: configured and leased ones, host names, ping."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Int, Ip, Quoting, Text
from ....wire.command import Command, QueryForm, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import Inline
from ..codecs import BareText
from ..records import LinkStatus, ResolvedAddress
from ..setting import InlineSetting
from ..values import AddressMode, PingAction

__all__ = ["APLKSTT", "APNIP", "DNS", "LKSTT", "LKSTT2", "NIP", "PING", "SKGHBN"]


#: These arguments stand there with a static address only.
_STATIC = ("type", (AddressMode.STATIC,))


@command("NIP", timeout=3, section="2.2.2.2", bare_query=True, evidence=Evidence.RUN)
class NIP(InlineSetting):
    """Set or read the addresses of the station interface.

    The query tells what is configured, not what was leased: see :class:`LKSTT`.

    :param type: ``DHCP``, without anything else, or ``STATIC`` with all four addresses.
    :param ip: its address.
    :param netmask: its netmask.
    :param gateway: the gateway.
    :param dns: the name server.
    :param save: write them to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.2.
    """

    type: AddressMode = param(Choice(AddressMode))
    ip: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, when=_STATIC, answer_quoting=Quoting.NEVER)
    netmask: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, when=_STATIC, answer_quoting=Quoting.NEVER)
    gateway: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, when=_STATIC, answer_quoting=Quoting.NEVER)
    dns: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, when=_STATIC, answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("APNIP", timeout=3, section="2.2.2.3", bare_query=True, evidence=Evidence.RUN)
class APNIP(InlineSetting):
    """Set or read the addresses of the access point and its DHCP server.

    Send ``STATIC`` with all addresses, as the manual's examples do, and do not rely on the ``type`` that is read
    back: firmware of 2018 stores it the other way round.

    :param type: ``STATIC``.
    :param ip: its address.
    :param netmask: its netmask.
    :param gateway: the gateway that its stations are told.
    :param dns: the name server that its stations are told.
    :param save: write them to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.3.
    """

    type: AddressMode = param(Choice(AddressMode))
    ip: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, answer_quoting=Quoting.NEVER)
    netmask: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, answer_quoting=Quoting.NEVER)
    gateway: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, answer_quoting=Quoting.NEVER)
    dns: str | None = param(Ip(quoting=Quoting.NEEDED), default=None, answer_quoting=Quoting.NEVER)
    save: bool = form_flag(default=False)


@command("DNS", timeout=3, section="2.2.2.4", bare_query=True, evidence=Evidence.RUN)
class DNS(InlineSetting):
    """Set or read the host name under which stations find the module when it is their access point.

    :param name: the name, 1 to 31 bytes; from the factory ``local.winnermicro``.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.4.
    """

    name: str = param(Text(Quoting.ALWAYS, shortest=1, longest=31, free=True), answer_quoting=Quoting.NEEDED)
    save: bool = form_flag(default=False)


@command("SKGHBN", timeout=20, section="2.2.3.2", reply=Inline(ResolvedAddress), evidence=Evidence.RUN)
class SKGHBN(Command[ResolvedAddress]):
    """Resolve a host name; it can take seconds.

    :param host: the name.
    :raises CommandError: ``INV_PARAMS`` when there is no such name.

    Source: manual 2.2.3.2.
    """

    host: str = param(Text(shortest=1))


@command("LKSTT", execute=True, timeout=3, section="2.2.3.7", reply=Inline(LinkStatus), evidence=Evidence.RUN)
class LKSTT(Command[LinkStatus]):
    """Ask whether the station interface has an address, and which; ``LKSTT.query()`` does the same.

    It is down for a while after WJOIN, until a lease is there.

    :raises CommandError: never by itself.

    Source: manual 2.2.3.7.
    """

    query: ClassVar[QueryForm[LinkStatus]] = QueryForm(Inline(LinkStatus))


@command("LKSTT2", timeout=3, section="1.2.1", reply=Inline(LinkStatus), evidence=Evidence.UNPROVEN)
class LKSTT2(Command[LinkStatus]):
    """Ask for the state of the access point by an old name; use :class:`APLKSTT`.

    :raises CommandError: ``UNSUPP`` from firmware of 2018 on.

    Source: command table of the manual, 1.2.1.
    """


@command("APLKSTT", execute=True, timeout=3, section="2.2.3.8", reply=Inline(LinkStatus), evidence=Evidence.RUN)
class APLKSTT(Command[LinkStatus]):
    """Ask whether the access point is up, and for its addresses; ``APLKSTT.query()`` does the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.3.8.
    """

    query: ClassVar[QueryForm[LinkStatus]] = QueryForm(Inline(LinkStatus))


@command("PING", timeout=3, section="")
class PING(Command[None]):
    """Start or stop to ping a host. The results go to the debug port, not to this one.

    :param host: the host.
    :param interval: time between two pings, in ms.
    :param count: how many; 0 for no end.
    :param operate: start or stop.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware and its maker's W60x manual 1.0.3.
    """

    host: str = param(BareText(shortest=1, first=True))
    interval: int = param(Int(0, unit="ms"))
    count: int = param(Int(0))
    operate: PingAction = param(Choice(PingAction))
