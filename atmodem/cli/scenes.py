"""The scenes of ``atmodem demo``: each shows one thing that a module does, in words of the portable API alone."""

from __future__ import annotations

import hashlib
import os
import ssl
import time
from collections.abc import Awaitable, Callable

import attrs
from anyio.abc import ByteStream
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from ..api import Modem
from ..api.virtual import serve_broker
from ..portable.capabilities import Capability
from .far_ends import HOST, NAME, FarEnds

__all__ = ["SCENES", "Scene", "Setting"]

SIZE = 1024 * 1024
SMALL = 64 * 1024
CHUNK = 16 * 1024
#: The service of a heart rate, and what it tells.
_HEART_RATE, _MEASUREMENT = "180d", "2a37"


@attrs.frozen
class Setting:
    """Where a scene plays, and for whom."""

    console: Console
    modem: Modem
    far: FarEnds

    def tell(self, text: str) -> None:
        """Print a line of the story."""
        self.console.print(f"  {text}")


@attrs.frozen
class Scene:
    """One scene.

    :param title: what it shows.
    :param needs: what the module must be able to do for it.
    :param play: plays it, and returns whether all went as it should.
    """

    title: str
    needs: Capability
    play: Callable[[Setting], Awaitable[bool]]


async def _scan_and_join(setting: Setting) -> bool:
    for point in await setting.modem.wifi.scan():
        setting.tell(f"{point.ssid:<20} {point.rssi} dBm  channel {point.channel}  {point.bssid}")
    await setting.modem.wifi.join("lab", "secret")
    status = await setting.modem.wifi.status()
    setting.tell(f"joined {status.ssid}, address {status.address}")
    return status.joined


async def _echo_tcp(setting: Setting) -> bool:
    async with setting.modem.connect_tcp(NAME, setting.far.echo) as stream:
        return await _echo(setting, stream, SIZE)


async def _echo_tls(setting: Setting) -> bool:
    far = setting.far
    async with setting.modem.connect_tls(NAME, far.tls_echo, ca=far.authority) as stream:
        return await _echo(setting, stream, SMALL)


async def _echo_udp(setting: Setting) -> bool:
    async with setting.modem.open_udp((HOST, setting.far.udp_echo)) as socket:
        sent = os.urandom(min(socket.largest, 1024))
        await socket.send(sent)
        received = await socket.receive()
    setting.tell(f"{len(received.data)} bytes came back from {received.sender or 'somebody'}")
    return received.data == sent


async def _request_https(setting: Setting) -> bool:
    context = ssl.create_default_context(cadata=setting.far.authority.decode())
    answer = bytearray()
    async with setting.modem.connect_host_tls(NAME, setting.far.https, context=context) as stream:
        await stream.send(f"GET / HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        async for piece in stream:
            answer += piece
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    setting.tell(f"{head.splitlines()[0].decode()}: {body.decode().strip()}")
    return head.startswith(b"HTTP/1.1 200 ")


async def _publish_mqtt(setting: Setting) -> bool:
    payload = b"21.5"
    async with serve_broker() as port, setting.modem.mqtt(HOST, port, client_id="demo") as mqtt:
        await mqtt.subscribe("lab/#", qos=1)
        await mqtt.publish("lab/temperature", payload, qos=1)
        message = await anext(aiter(mqtt.messages))
    setting.tell(f"{message.topic or 'one of lab/#'}: {message.payload!r}")
    return message.payload == payload


async def _read_wristband(setting: Setting) -> bool:
    le = setting.modem.bluetooth.le
    async with le.scan(service=_HEART_RATE) as scan:
        found = await anext(scan)
    setting.tell(f"{found.name} at {found.address}, {found.rssi} dBm")
    async with le.connect(found.address) as peer, peer.notifications(_MEASUREMENT) as values:
        rates = [(await anext(values))[1] for _ in range(3)]
    setting.tell(f"heart rates {', '.join(map(str, rates))}")
    return all(rates)


async def _echo(setting: Setting, stream: ByteStream, size: int) -> bool:
    """Send random bytes through an echo and compare what comes back."""
    payload = os.urandom(size)
    received = hashlib.sha256()
    columns = (TextColumn("  {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    began = time.perf_counter()
    with Progress(*columns, console=setting.console) as progress:
        task = progress.add_task("echo", total=size)
        for start in range(0, size, CHUNK):
            chunk = payload[start : start + CHUNK]
            await stream.send(chunk)
            left = len(chunk)
            while left:
                data = await stream.receive(left)
                received.update(data)
                left -= len(data)
                progress.advance(task, len(data))
    intact = received.digest() == hashlib.sha256(payload).digest()
    speed = 2 * size / (time.perf_counter() - began) / 1e6
    setting.tell(f"{'all bytes came back intact' if intact else 'bytes differ'}, {speed:.2f} MB/s both ways")
    return intact


SCENES: tuple[Scene, ...] = (
    Scene("scan and join lab", Capability.WIFI_JOIN, _scan_and_join),
    Scene(f"TCP echo of {SIZE} random bytes", Capability.TCP_CONNECT, _echo_tcp),
    Scene(f"TLS by the module: echo of {SMALL} random bytes", Capability.TLS, _echo_tls),
    Scene("UDP echo of a datagram", Capability.UDP_OPEN, _echo_udp),
    Scene("HTTPS request, with TLS by this host", Capability.TCP_CONNECT, _request_https),
    Scene("MQTT by the module, with a broker", Capability.MQTT, _publish_mqtt),
    Scene("Bluetooth Low Energy: a wristband", Capability.LE_CONNECT, _read_wristband),
)
