import asyncio

import atmodem


async def main() -> None:
    async with atmodem.connect("virtual://espat") as modem:
        await modem.wifi.join("lab", "secret")
        async with modem.connect_tcp("127.0.0.1", 8000) as stream:  # an anyio ByteStream
            await stream.send(b"GET / HTTP/1.0\r\n\r\n")
            print(await stream.receive())


asyncio.run(main())
