import asyncio

import atmodem
from atmodem.dialects import espat


async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.readline()).upper())
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async with server, atmodem.connect("virtual://espat") as modem:  # or "/dev/ttyUSB0", dialect="espat"
        firmware = await modem.send(espat.GMR())  # typed, one class per command
        print(firmware)
        print(await modem.send_raw("AT+SYSRAM?"))  # untyped, for anything else

        async with modem.events(atmodem.WifiAssociated, atmodem.WifiAddressAcquired) as events:
            await modem.wifi.join("lab", "secret")
            async for event in events:
                print(event)
                if isinstance(event, atmodem.WifiAddressAcquired):
                    break

        async with modem.connect_tcp("example.org", port) as stream:  # an anyio ByteStream
            await stream.send(b"hello\n")
            async for chunk in stream:
                print(chunk)


asyncio.run(main())
