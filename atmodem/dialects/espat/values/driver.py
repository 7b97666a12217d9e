"""Values of the commands that drive the chip's peripherals."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import HexBytes, Int, OpenIntEnum
from ....wire.event import value

__all__ = ["AdcReading", "Attenuation", "BitOrder", "BusData"]


class Attenuation(OpenIntEnum):
    """Attenuation before the converter: with more of it, higher voltages can be measured."""

    DB_0 = 0
    DB_2_5 = 1
    DB_6 = 2
    DB_11 = 3


class BitOrder(enum.IntFlag):
    """Which directions of SPI send the lowest bit first."""

    TX_LSB_FIRST = 1
    RX_LSB_FIRST = 2


@frozen(kw_only=True)
class AdcReading:
    """Reading of an analogue input, in steps of the converter."""

    raw: int = value(Int(0))


@frozen(kw_only=True)
class BusData:
    """Bytes read from a bus."""

    data: bytes = value(HexBytes())
