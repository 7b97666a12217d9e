"""Hear three heart rates over Bluetooth Low Energy, here from a wristband in software."""

import asyncio

import atmodem
from atmodem.dialects import espat
from atmodem.virtual.wristband import make_wristband


async def main() -> None:
    async with espat.Virtual() as device, atmodem.connect(device.url) as modem:  # or "/dev/ttyUSB0"
        device.air.bluetooth.add(make_wristband())
        async with modem.bluetooth.le.scan(service="180d") as scan:
            found = await anext(scan)
        peer = modem.bluetooth.le.connect(found.address, kind=found.kind)
        async with peer as band, band.notifications("2a37") as values:
            for _ in range(3):
                print(f"{found.name}: {(await anext(values))[1]}")


asyncio.run(main())
