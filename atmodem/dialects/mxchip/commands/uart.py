"""Commands of the serial line."""

from __future__ import annotations

from ....wire.codecs import Choice, Int
from ....wire.command import Setting, command, param
from ....wire.event import Evidence
from ....wire.script import EchoEffect, Script
from ..values.enums import BaudRate, FlowControl, Parity, Switch

__all__ = ["UART", "UARTE", "UARTFOMAT"]


@command("UART", timeout=5, section="2 AT+UART")
class UART(Setting):
    """Set the serial line; ``UART.query()`` reads it back. It acts after the next restart.

    Source: manual 2, AT+UART.

    :param baud_rate: bits per second, one of :class:`BaudRate`.
    :param data_bits: 7 or 8.
    :param stop_bit: 1 or 2.
    :param parity: parity bit.
    :param flow_control: lines of the hardware flow control.
    :raises CommandError: ``REFUSED`` for a speed or format that the firmware lacks.
    """

    baud_rate: int = param(Choice(BaudRate))
    data_bits: int = param(Int(7, 8))
    stop_bit: int = param(Int(1, 2))
    parity: Parity = param(Choice(Parity))
    # The manual prints RCS for RTS.
    flow_control: FlowControl = param(Choice(FlowControl, aliases={"RCS": FlowControl.RTS}))


@command("UARTFOMAT", timeout=5, section="2 AT+UARTFOMAT", evidence=Evidence.DOCUMENTATION)
class UARTFOMAT(Setting):
    """Set when the module closes a frame of received bytes; ``UARTFOMAT.query()`` reads it back.

    A frame ends at *length* bytes or after *time* of silence, whichever comes first. It cuts what transparent mode
    sends into packets, and ``+++`` must be a frame of its own. A command must fit into one; in command mode a shorter
    length counts as 65.

    Source: manual 2, AT+UARTFOMAT (the name is spelt so).

    :param length: bytes, 1 to 1024; 1024 in the factory.
    :param time: milliseconds, 50 to 500; 100 in the factory.
    :raises CommandError: ``REFUSED`` for a length or time out of range.
    """

    length: int = param(Int(1, 1024, "bytes"))
    time: int = param(Int(50, 500, "ms"))


@command("UARTE", timeout=5, section="2 AT+UARTE")
class UARTE(Setting):
    """Switch the echo of received characters; ``UARTE.query()`` reads it back. It is on after a restart.

    The line that switches it off is itself still echoed.

    Source: manual 2, AT+UARTE.

    :param option: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    option: Switch = param(Choice(Switch))

    def script(self) -> Script:
        return Script(echo=EchoEffect.ON if self.option == Switch.ON else EchoEffect.OFF)
