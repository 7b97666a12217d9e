"""Modems among Bluetooth devices that a test plays."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import attrs
import pytest

from atmodem import Capability, Modem, Property, Support
from atmodem.virtual.bluetooth import Bluetooth
from atmodem.virtual.gatt import Characteristic, Service
from atmodem.virtual.low_energy import Peripheral
from atmodem.virtual.serial_profile import ClassicPeer
from tests.sessions.bench import DIALECTS, Bench, bench

__all__ = ["PAYLOADS", "Among", "among", "band", "digest", "having", "uart_band"]

READ_WRITE = Property.READ | Property.WRITE
HEART_RATE, MEASUREMENT, LOCATION, CONTROL = "180d", "2a37", "2a38", "2a39"
OWN = "6e40aaaa-b5a3-f393-e0a9-e50e24dcca9e"

#: The firmware of a dialect that has Bluetooth, where it is not the usual one.
_FIRMWARE = {"mxchip": {"profile": "emw3239"}}


def having(part: str) -> list[str]:
    """Return the dialects whose driver has a part."""
    return [name for name, family in DIALECTS.items() if getattr(family.driver(SimpleNamespace()), part) is not None]


#: Values that must pass unchanged.
PAYLOADS = {
    "text": b"hello",
    "lines": b"\r\nOK\r\nERROR\r\n",
    "quotes": b'"a","b"\\,\\"',
    "event": b"\r\n+NOTIFY:0,3,1,2,ab\r\n",
    "data": b"+IPD,0,5:hello",
    "prompt": b">",
    "nul": b"\x00",
    "high": b"\xff\xfe",
    "escape": b"+++",
    "empty": b"",
}


@attrs.frozen
class Among:
    """A modem and what is around its module."""

    bench: Bench
    air: Bluetooth

    @property
    def modem(self) -> Modem:
        return self.bench.modem

    def need(self, *capabilities: Capability) -> None:
        for capability in capabilities:
            if self.modem.capabilities[capability] is Support.NO:
                pytest.skip(f"{self.modem.dialect.name} lacks {capability.value}")


@asynccontextmanager
async def among(
    *devices: Peripheral | ClassicPeer, dialect: str = "espat", link: str = "memory", **options: object
) -> AsyncIterator[Among]:
    """Run a module with these devices in reach, and a modem on it."""
    async with bench(dialect, link, **{**_FIRMWARE.get(dialect, {}), **options}) as made:
        air = made.device.air.bluetooth
        for device in devices:
            air.add(device)
        yield Among(made, air)


def band(number: int = 1, **options: object) -> Peripheral:
    """Return a wristband that measures a heart rate."""
    services = [
        Service(
            HEART_RATE,
            [
                Characteristic(MEASUREMENT, Property.NOTIFY | Property.INDICATE),
                Characteristic(LOCATION, READ_WRITE, b"wrist"),
                Characteristic(CONTROL, Property.WRITE, longest=4),
            ],
        ),
        Service(OWN, [Characteristic(OWN, Property.READ, bytes(range(200)))]),
    ]
    advertisement = bytes.fromhex("020106 03030d18 05ffe50201aa".replace(" ", ""))
    scan_response = bytes([5, 0x09]) + f"hr-{number}".encode()
    return Peripheral(
        **{
            "address": f"aa:bb:cc:00:00:{number:02x}",
            "services": services,
            "advertisement": advertisement,
            "scan_response": scan_response,
            **options,
        }
    )


def uart_band(**options: object) -> Peripheral:
    """Return a device with the UART service of Nordic Semiconductor."""
    nus = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e"
    service = Service(
        nus.format(1),
        [Characteristic(nus.format(2), Property.WRITE), Characteristic(nus.format(3), Property.NOTIFY)],
    )
    return Peripheral(**{"address": "aa:bb:cc:00:00:77", "services": [service], **options})


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
