"""Events of classic Bluetooth."""

from __future__ import annotations

from ....wire.codecs import Int
from ....wire.counted import Data
from ....wire.event import Event, Evidence, event, value

__all__ = ["BluetoothConnected", "BluetoothData", "BluetoothDisconnected"]

_SECTION = "EVENT event notification"


@event(
    "+BTEVENT:CONNECTION,ON",
    name="BTEVENT",
    kind="CONNECTION,ON",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class BluetoothConnected(Event):
    """A host connected."""


@event(
    "+BTEVENT:CONNECTION,OFF",
    name="BTEVENT",
    kind="CONNECTION,OFF",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class BluetoothDisconnected(Event):
    """The host is gone."""


# The manual prints the length only; a sibling's source has the comma and the data, and nothing behind them.
@event(
    "+BTEVENT:DATA,<length>,<data>",
    name="BTEVENT",
    kind="DATA",
    lead=True,
    section=_SECTION,
    evidence=Evidence.UNPROVEN,
)
class BluetoothData(Event):
    """Bytes were received from the host.

    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535))
    short: bool = False
