import asyncio
import sys

import atmodem


async def main(host: str, port: int) -> None:
    async with atmodem.connect("virtual://espat") as modem:  # or "/dev/ttyUSB0", dialect="espat"
        await modem.wifi.join("lab", "secret")
        async with modem.connect_host_tls(host, port) as stream:  # an anyio TLSStream; the module needs no TLS for it
            await stream.send(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            async for chunk in stream:
                print(chunk.decode(), end="")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
