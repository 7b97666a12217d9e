"""The clock, set by time servers."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Int, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import One
from ..values.network import SntpTime

__all__ = ["CIPSNTPCFG", "CIPSNTPINTV", "CIPSNTPTIME"]

_SECTION = "TCP/IP AT Commands"

_SERVER = Text(Quoting.ALWAYS)


@command("CIPSNTPCFG", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSNTPCFG(Setting):
    """Set time zone and time servers; ``query()`` reads them. Stored while SYSSTORE is on.

    :class:`TimeUpdated` (from 3.0) tells when the clock is set.

    :param enable: ask the servers.
    :param timezone: hours from UTC, -12 to 14, or hours and minutes as one number, such as 530 or -930; missing in 2.4
        while it is off.
    :param server1: first server.
    :param server2: second server.
    :param server3: third server.
    :raises CommandError: ``0x01070002`` for a time zone that is none.

    Source: TCP/IP AT Commands, AT+CIPSNTPCFG.
    """

    enable: bool = param(Bool())
    timezone: int | None = param(Int(-1200, 1400), default=None)
    server1: str | None = param(_SERVER, default=None)
    server2: str | None = param(_SERVER, default=None)
    server3: str | None = param(_SERVER, default=None)


@command("CIPSNTPTIME", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSNTPTIME(Command[None]):
    """Ask for the local time; ``query()`` returns it as text, with the year 1970 while the clock is not set.

    :raises CommandError: while AT+CIPSNTPCFG is off, in some firmware.

    Source: TCP/IP AT Commands, AT+CIPSNTPTIME.
    """

    query: ClassVar[QueryForm[SntpTime]] = QueryForm(One(SntpTime, glued=True))


@command("CIPSNTPINTV", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPSNTPINTV(Setting):
    """Set the time between questions to the servers, from 2.3; ``query()`` reads it. Lost at a restart.

    :param interval_s: 15 to 4294967 seconds; 3600 after a start.
    :raises CommandError: ``0x01070001`` for another number.

    Source: TCP/IP AT Commands, AT+CIPSNTPINTV.
    """

    interval_s: int = param(Int(15, 4294967, "s"))
