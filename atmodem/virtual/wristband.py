"""A device of low energy that measures a heart rate, for demonstrations."""

from __future__ import annotations

from ..portable.values import Property, Subscribe
from .gatt import Characteristic, Service
from .low_energy import LeLink, Peripheral

__all__ = ["make_wristband"]

_HEART_RATE, _MEASUREMENT, _NAME = "180d", "2a37", b"wristband"
#: Beats per minute, as bytes that say before that they are one byte.
_RATES = tuple(bytes((0, rate)) for rate in (71, 72, 74))


def make_wristband() -> Peripheral:
    """Return a wristband that tells three heart rates to whoever asks."""
    measurement = Characteristic(_MEASUREMENT, Property.NOTIFY)
    advertisement = bytes((2, 0x01, 0x06, 3, 0x03, 0x0D, 0x18, len(_NAME) + 1, 0x09)) + _NAME
    band = Peripheral(services=[Service(_HEART_RATE, [measurement])], advertisement=advertisement)
    told: set[LeLink] = set()

    def tell() -> None:
        for link in band.links:
            if link not in told and link.subscriptions.get(measurement) is Subscribe.NOTIFY:
                told.add(link)
                for rate in _RATES:
                    link.notify(measurement, rate)

    band.changed = tell
    return band
