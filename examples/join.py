import asyncio

import atmodem


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem:  # or "/dev/ttyUSB0"
        print(await modem.wifi.scan())
        await modem.wifi.join("lab", "secret")
        print(await modem.wifi.status())


asyncio.run(main())
