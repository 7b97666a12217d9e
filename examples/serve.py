import asyncio

import atmodem


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem:
        await modem.wifi.join("lab", "secret")
        async with modem.listen_tcp(8023) as listener, await listener.accept() as client:
            await client.send(b"hello " + await client.receive())


asyncio.run(main())
