import asyncio

import atmodem


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem, modem.events(atmodem.PortableEvent) as events:
        await modem.wifi.join("lab", "secret")
        async for event in events:
            print(event)
            if isinstance(event, atmodem.WifiAddressAcquired):
                break


asyncio.run(main())
