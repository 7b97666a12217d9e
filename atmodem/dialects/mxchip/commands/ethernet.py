"""Commands of the Ethernet pass-through, on the moc108 only."""

from __future__ import annotations

from ....wire.codecs import Choice, Int
from ....wire.command import Command, Setting, command, length_of, param, payload
from ....wire.script import Prompt, Script
from ..values.enums import Switch

__all__ = ["ENETRAWMODE", "ENETRAWSEND"]


@command("ENETRAWMODE", timeout=5, section="9 AT+ENETRAWMODE")
class ENETRAWMODE(Setting):
    """Pass raw Ethernet frames instead of TCP/IP; ``ENETRAWMODE.query()`` reads it back.

    While it is on, links and MQTT do not work, and received frames come as :class:`EthernetFrame`.

    Source: manual 9, AT+ENETRAWMODE.

    :param mode: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED`` in firmware without raw Ethernet frames.
    """

    mode: Switch = param(Choice(Switch))


@command("ENETRAWSEND", timeout=65, section="9 AT+ENETRAWSEND", script=Script(prompt=Prompt.REQUIRED))
class ENETRAWSEND(Command[None]):
    """Send one Ethernet frame. The module waits a minute for it.

    Cancelled after the prompt, the frame is sent all the same: the module waits for it.

    Source: manual 9, AT+ENETRAWSEND; the AliOS adapter for the closing OK.

    :param data_length: number of bytes, filled in.
    :param data: the frame without its check sequence, 14 to 1518 bytes.
    :raises CommandError: ``REFUSED`` while ENETRAWMODE is off; no data were sent.
    """

    data_length: int | None = length_of("data", Int(14, 1518, "bytes"), default=None)
    data: bytes | None = payload()
