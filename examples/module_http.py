"""Fetch a page by the module's own HTTP client: whole, and while it comes. Arguments: host and port."""

import asyncio
import sys

import atmodem


async def main(host: str, port: str) -> None:
    url = f"http://{host}:{port}/"
    async with atmodem.connect("virtual://espat") as modem:
        await modem.wifi.join("lab", "secret")
        response = await modem.http.get(url)
        print("ok" if response.ok else f"status {response.status}", len(response.body), "bytes")
        async with modem.http.stream("GET", url) as body:
            async for piece in body:
                print(piece.decode(), end="")


asyncio.run(main(*sys.argv[1:]))
