"""A modem that is in the network, for sessions with a broker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from atmodem import Modem, MqttSession, Opening, connect
from atmodem.dialects.espat.device import Virtual
from atmodem.virtual.serving import serve_pty, serve_tcp
from tests.sessions.broker import HOST, Broker

__all__ = ["LINKS", "PAYLOADS", "bench", "open_mqtt"]

LINKS = ("memory", "tcp", "pty")

#: What must pass unchanged in both directions.
PAYLOADS = {
    "text": b"hello",
    "lines": b"a\r\nOK\r\nERROR\r\n",
    "quotes": b'"a","b"\\,\\"\\\\',
    "event": b"\r\n+IPD,0,5:hello\r\n+MQTTDISCONNECTED:0\r\n",
    "prompt": b"\r\nOK\r\n\r\n>",
    "message": b'+MQTTSUBRECV:0,"t",3,abc\r\n',
    "binary": bytes(range(256)),
    "nul": b"\x00",
    "high": b"\xff\xfe\x80",
    "escape": b"+++",
    "empty": b"",
    "utf-8": "Grüße 🌡".encode(),
}


@asynccontextmanager
async def bench(link: str = "memory", **options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a module that has joined the network, and a modem on it."""
    async with Virtual(**options) as device, AsyncExitStack() as stack:
        url = device.url
        if link == "tcp":
            url = await stack.enter_async_context(serve_tcp(device, HOST, 0))
        elif link == "pty":
            url = await stack.enter_async_context(serve_pty(device))
        modem = await stack.enter_async_context(connect(url, "espat"))
        await modem.wifi.join("lab", "secret")
        yield device, modem


def open_mqtt(modem: Modem, broker: Broker, **options: object) -> Opening[MqttSession]:
    return modem.mqtt(HOST, broker.port, **{"client_id": "module", **options})
