import asyncio
import sys

from anyio.streams.buffered import BufferedByteReceiveStream

import atmodem


def text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(kind: int, body: bytes) -> bytes:  # of less than 128 bytes
    return bytes((kind, len(body))) + body


async def main(host: str, port: int) -> None:
    async with atmodem.connect("virtual://air602") as modem:  # or "/dev/ttyUSB0", dialect="air602": it has no TLS
        await modem.wifi.join("lab", "secret")
        async with modem.connect_host_tls(host, port) as stream:  # any client that takes an anyio stream can go here
            answers = BufferedByteReceiveStream(stream)
            await stream.send(packet(0x10, text("MQTT") + b"\4\2\0\x3c" + text("atmodem")))
            print("connected:", await answers.receive_exactly(4) == b"\x20\2\0\0")
            await stream.send(packet(0x32, text("lab/temperature") + b"\0\1" + b"21.5"))
            print("published:", await answers.receive_exactly(4) == b"\x40\2\0\1")
            await stream.send(b"\xe0\0")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
