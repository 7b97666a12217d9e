"""The serial port: its format, automatic and transparent mode."""

from __future__ import annotations

from typing import Any

from ....wire.codecs import Bool, Choice, Hex, Int
from ....wire.command import Command, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import Inline, Reply
from ....wire.script import Script
from ..setting import InlineSetting
from ..values import DataBits, Parity, StopBits, WorkMode

__all__ = ["ATLT", "ATM", "ATPT", "ENTM", "ESPC", "ESPT", "UART"]


@command("ENTM", timeout=2, section="2.2.1.4", script=Script(stream=True), evidence=Evidence.RUN)
class ENTM(Command[None]):
    """Enter transparent mode: from the reply on, all bytes go to and come from the socket of SKSDF.

    It needs a network, an open socket, and SKSDF sent after the last SKSND. It is left with ``+++`` alone.

    :raises CommandError: ``NOT_ALLOW``.

    Source: manual 2.2.1.4.
    """


@command("ATM", timeout=3, section="2.2.2.5", bare_query=True, evidence=Evidence.RUN)
class ATM(InlineSetting):
    """Set or read what the module does after a start: open the socket of ATRM and be transparent, or take commands.

    :param mode: automatic or command mode.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.5.
    """

    mode: WorkMode = param(Choice(WorkMode))
    save: bool = form_flag(default=False)


@command("UART", timeout=3, section="2.2.2.20", bare_query=True, evidence=Evidence.RUN)
class UART(InlineSetting):
    """Set or read the stored format of the serial port, which takes effect after a start.

    :param baudrate: 1200 to 2000000 baud. The firmware takes 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600,
        115200, 230400, 460800, 921600, 1000000, 1250000, 1500000 and 2000000.
    :param databit: data bits.
    :param stopbit: stop bits.
    :param parity: parity.
    :param flowcontrol: hardware flow control; None where the firmware does not tell it.
    :param save: write it to flash too.
    :raises CommandError: ``OPS`` for a format that the firmware lacks.

    Source: manual 2.2.2.20.
    """

    baudrate: int = param(Int(1200, 2_000_000, "baud"))
    databit: DataBits = param(Choice(DataBits))
    stopbit: StopBits = param(Choice(StopBits))
    parity: Parity = param(Choice(Parity))
    flowcontrol: bool | None = param(Bool(), default=None)
    save: bool = form_flag(default=False)


@command("ATPT", timeout=3, section="2.1.1.2", bare_query=True)
class ATPT(InlineSetting):
    """Set or read the idle time after which transparent mode sends. Stored, but the firmware does not use it.

    :param period: 0 to 10000 ms.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: examples of the manual, 2.1.1.2.
    """

    period: int = param(Int(0, 10000, "ms"))
    save: bool = form_flag(default=False)


@command("ATLT", timeout=3, section="", bare_query=True)
class ATLT(InlineSetting):
    """Set or read the number of bytes at which transparent mode sends. Stored, but the firmware always uses 512.

    :param length: 32 to 1024 bytes; from the factory 512.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    length: int = param(Int(32, 1024, "bytes"))
    save: bool = form_flag(default=False)


@command("ESPC", timeout=3, section="", bare_query=True)
class ESPC(InlineSetting):
    """Set or read the character that leaves transparent mode. Stored, but the firmware always uses ``+``.

    :param char: its code, 0 to 255; from the factory that of ``+``.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    char: int = param(Hex(0, 0xFF, prefix="", width=2))
    save: bool = form_flag(default=False)

    @classmethod
    def answer(cls) -> Reply[Any]:
        return Inline(cls, "0x<char>", ("<char>",))


@command("ESPT", timeout=3, section="", bare_query=True)
class ESPT(InlineSetting):
    """Set or read the guard time around ``+++``. Stored, but the firmware does not use it.

    :param period: 100 to 10000 ms; from the factory 200.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    period: int = param(Int(100, 10000, "ms"))
    save: bool = form_flag(default=False)
