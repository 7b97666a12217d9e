"""Bluetooth of a module."""

from __future__ import annotations

from ...modem.core import ModemCore
from .classic import Classic
from .le import Le

__all__ = ["Bluetooth"]


class Bluetooth:
    """Classic Bluetooth and low energy of one modem. Looking at it never fails; its methods tell what is missing."""

    def __init__(self, core: ModemCore) -> None:
        #: Serial connections of classic Bluetooth.
        self.classic: Classic = Classic(core)
        #: Low energy: advertisers, peripherals, and the module as a peripheral.
        self.le: Le = Le(core)
