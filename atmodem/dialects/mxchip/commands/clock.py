"""Commands of the time."""

from __future__ import annotations

from ....wire.codecs import Text
from ....wire.command import Command, command, param
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Script
from ..errors import NO_TIME
from ..values.records import ClockTime

__all__ = ["RTCGET", "SNTPCFG", "SNTPTIME"]


@command("SNTPCFG", timeout=5, section="7 AT+SNTPCFG", evidence=Evidence.DOCUMENTATION)
class SNTPCFG(Command[None]):
    """Set time zone and time servers.

    Source: manual 7, AT+SNTPCFG.

    :param time_zone: hours from UTC with their sign, such as ``+8``.
    :param domain1: first server; None leaves both servers as they are.
    :param domain2: second server.
    :raises CommandError: ``REFUSED`` for a zone or a name that the firmware does not take.
    """

    time_zone: str = param(Text(pattern=r"[+-][0-9]{1,2}(:[0-9]{2})?"))
    domain1: str | None = param(Text(shortest=1), default=None)
    domain2: str | None = param(Text(shortest=1), default=None)


@command(
    "SNTPTIME",
    timeout=15,
    section="7 AT+SNTPTIME",
    reply=One(ClockTime),
    script=Script(meanings=NO_TIME),
    evidence=Evidence.DOCUMENTATION,
)
class SNTPTIME(Command[ClockTime]):
    """Ask the time servers for the time and set the clock. Answers :class:`ClockTime`.

    Source: manual 7, AT+SNTPTIME.

    :raises CommandError: ``NO_TIME`` when no server answered.
    """


@command("RTCGET", timeout=5, section="7 AT+RTCGET", reply=One(ClockTime), evidence=Evidence.DOCUMENTATION)
class RTCGET(Command[ClockTime]):
    """Ask the clock of the module for the time. Answers :class:`ClockTime`.

    Source: manual 7, AT+RTCGET.

    :raises CommandError: ``REFUSED``; the manual names no cause.
    """
