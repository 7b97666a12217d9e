"""Receiving on links in passive mode, and choosing the mode."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Choice, Int
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Counted, Many, One, Reply
from ....wire.script import Script
from ..values.sockets import LengthReport, ReceivedData, ReceiveMode, ReceiveType, WaitingLengths

__all__ = ["CIPRECVDATA", "CIPRECVLEN", "CIPRECVMODE", "CIPRECVTYPE"]

_SECTION = "TCP/IP AT Commands"

#: As early firmware writes the header.
_OLD_HEADER = ("+{name},<length>:",)
_ANY: Reply[ReceivedData] = Counted(ReceivedData, "+{name}:<length>,", variants=_OLD_HEADER, glued=True)
_WITHOUT_SENDER: Reply[ReceivedData] = Counted(
    ReceivedData, "+{name}:<length>,", variants=_OLD_HEADER, glued=True, prefixed=False
)


@command("CIPRECVMODE", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPRECVMODE(Setting):
    """Push received data of all links, or keep them until they are fetched; ``query()`` reads it.

    The old name of AT+CIPRECVTYPE, which all firmware up to 5.1 still takes. Pushed after every start.

    :param mode: which.
    :raises CommandError: while passthrough is on.

    Source: TCP/IP AT Commands, AT+CIPRECVMODE.
    """

    mode: ReceiveMode = param(Choice(ReceiveMode))


@command("CIPRECVTYPE", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPRECVTYPE(Command[None]):
    """Push received data of a link, or keep them until they are fetched, from 3.3; ``query()`` reads it.

    Pushed after every start.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param mode: which.
    :param length_report: what the notice counts (from 5.1).
    :raises CommandError: ``0x01090000`` in older firmware, which has AT+CIPRECVMODE.

    Source: TCP/IP AT Commands, AT+CIPRECVTYPE.
    """

    link_id: int | None = param(Int(0, 5), default=None, leading=True)
    mode: ReceiveMode = param(Choice(ReceiveMode))
    length_report: LengthReport | None = param(Choice(LengthReport), default=None)
    query: ClassVar[QueryForm[tuple[ReceiveType, ...]]] = QueryForm(Many(ReceiveType))


@command("CIPRECVDATA", timeout=5, section=_SECTION, reply=_ANY, evidence=Evidence.RUN)
class CIPRECVDATA(Command[ReceivedData]):
    """Fetch received data in passive mode.

    When data are left, a new :class:`IpdNotice` follows the answer.

    :param link_id: number of the link, 0 to 4, with CIPMUX=1; must be left out else.
    :param length: most bytes that are wanted, 1 to 2147483647; fewer may come.
    :param keep_datagram: stop at the end of a datagram (from 5.1).
    :param with_sender: whether AT+CIPDINFO is on, so that the sender stands before the data. None reads both, and takes
        data that begin like an address and a port for it.
    :returns: the data, with their sender where it is told.
    :raises CommandError: ``REFUSED`` when nothing waits, or in active mode.

    Source: TCP/IP AT Commands, AT+CIPRECVDATA.
    """

    link_id: int | None = param(Int(0, 4), default=None, leading=True)
    length: int = param(Int(1, 2147483647, "bytes"))
    keep_datagram: bool | None = param(Bool(), default=None)
    with_sender: bool | None = None

    def script(self) -> Script:
        """No more can come than is asked for."""
        return Script(asked=self.length)

    def reply(self) -> Reply[ReceivedData]:
        """The header depends on what is known of AT+CIPDINFO."""
        return _WITHOUT_SENDER if self.with_sender is False else _ANY


@command("CIPRECVLEN", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPRECVLEN(Command[None]):
    """Ask how many bytes wait in passive mode; ``query()`` returns it for each link. For SSL it can be too few.

    :raises CommandError: in active mode, in some firmware.

    Source: TCP/IP AT Commands, AT+CIPRECVLEN.
    """

    query: ClassVar[QueryForm[WaitingLengths]] = QueryForm(One(WaitingLengths))
