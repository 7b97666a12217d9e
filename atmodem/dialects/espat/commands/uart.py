"""The serial line between host and module."""

from __future__ import annotations

from ....wire.codecs import Choice, Int
from ....wire.command import Setting, command, param
from ..values.uart import DataBits, FlowControl, Parity, StopBits

__all__ = ["UART", "UART_CUR", "UART_DEF"]

_SECTION = "Basic AT Commands"

_BAUDRATE = Int(80, 5000000, "baud")


@command("UART", timeout=2, section=_SECTION)
class UART(Setting):
    """Set the line now and for every start; ``query()`` reads the settings in use.

    An alias that the documentation does not have: it queries as UART_CUR and sets as UART_DEF, which say more.

    :param baudrate: 80 to 5000000 baud (2500000 on ESP32-C2); read back as the clock divider makes it.
    :param databits: bits of a character.
    :param stopbits: bits behind it.
    :param parity: its parity bit.
    :param flow_control: hardware flow control.
    :raises CommandError: for a setting that the chip does not have.

    Source: components/at/src/at_uart_cmd.c.
    """

    baudrate: int = param(_BAUDRATE)
    databits: DataBits = param(Choice(DataBits))
    stopbits: StopBits = param(Choice(StopBits))
    parity: Parity = param(Choice(Parity))
    flow_control: FlowControl = param(Choice(FlowControl))


@command("UART_CUR", timeout=2, section=_SECTION)
class UART_CUR(Setting):
    """Set the line until the next restart; ``query()`` reads it.

    OK still comes at the old speed; the host switches when it is complete.

    :param baudrate: 80 to 5000000 baud (2500000 on ESP32-C2); read back as the clock divider makes it.
    :param databits: bits of a character.
    :param stopbits: bits behind it.
    :param parity: its parity bit.
    :param flow_control: hardware flow control.
    :raises CommandError: for a setting that the chip does not have.

    Source: Basic AT Commands, AT+UART_CUR; components/at/src/at_uart_cmd.c.
    """

    baudrate: int = param(_BAUDRATE)
    databits: DataBits = param(Choice(DataBits))
    stopbits: StopBits = param(Choice(StopBits))
    parity: Parity = param(Choice(Parity))
    flow_control: FlowControl = param(Choice(FlowControl))


@command("UART_DEF", timeout=2, section=_SECTION)
class UART_DEF(Setting):
    """Set the line now and for every start; ``query()`` reads what is stored.

    OK still comes at the old speed; the host switches when it is complete.

    :param baudrate: 80 to 5000000 baud (2500000 on ESP32-C2).
    :param databits: bits of a character.
    :param stopbits: bits behind it.
    :param parity: its parity bit.
    :param flow_control: hardware flow control.
    :raises CommandError: for a setting that the chip does not have.

    Source: Basic AT Commands, AT+UART_DEF; components/at/src/at_uart_cmd.c.
    """

    baudrate: int = param(_BAUDRATE)
    databits: DataBits = param(Choice(DataBits))
    stopbits: StopBits = param(Choice(StopBits))
    parity: Parity = param(Choice(Parity))
    flow_control: FlowControl = param(Choice(FlowControl))
