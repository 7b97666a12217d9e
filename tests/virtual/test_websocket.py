"""WebSocket of virtual modules, with a scripted server."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmodem.virtual.clock import ManualClock
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork
from atmodem.virtual.websocket import FrameReader, Opcode, WebSocketChannel, accept_key, frame

SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: %b\r\n\r\n"


class Receiver:
    def __init__(self) -> None:
        self.data = b""
        self.size = 1000
        self.ends = 0

    def room(self) -> int:
        return self.size

    def received(self, data: bytes) -> None:
        self.data += data

    def ended(self) -> None:
        self.ends += 1


@asynccontextmanager
async def bench(answer: bytes | None = SWITCHING) -> AsyncIterator[tuple[WebSocketChannel, FarEnd, asyncio.Task[None]]]:
    """Begin to open a channel; the server answers as told, with the right key in its place."""
    network, clock = SimulatedNetwork(), ManualClock()
    channel = WebSocketChannel(await network.connect(("127.0.0.1", 80)))
    far = network.far_ends[0]
    opening = asyncio.create_task(channel.open("broker:80", "/mqtt", subprotocol="mqtt", clock=clock, limit=5))
    await asyncio.sleep(0)
    request = bytes(far.received)
    far.received.clear()
    lines = request.decode().split("\r\n")
    assert lines[:2] == ["GET /mqtt HTTP/1.1", "Host: broker:80"]
    assert {"Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: mqtt"} < set(lines)
    key = re.findall(r"Sec-WebSocket-Key: (\S+)", request.decode())[0]
    assert len(base64.b64decode(key)) == 16
    if answer is None:
        clock.advance(5)
    else:
        answer = answer.replace(b"%b", accept_key(key).encode())
        # However it is split.
        far.send(answer[:20])
        far.send(answer[20:])
    yield channel, far, opening
    channel.abort()


def test_the_key_and_the_frames_are_those_of_the_standard():
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert frame(Opcode.TEXT, b"Hello") == bytes.fromhex("810548656c6c6f")
    assert frame(Opcode.TEXT, b"Hello", bytes.fromhex("37fa213d")) == bytes.fromhex("818537fa213d7f9f4d5158")
    assert frame(Opcode.BINARY, bytes(256))[:4] == bytes.fromhex("827e0100")
    assert frame(Opcode.BINARY, bytes(65536))[:10] == bytes.fromhex("827f0000000000010000")


@given(
    st.lists(st.tuples(st.sampled_from(Opcode), st.binary(max_size=400) | st.just(bytes(70000)))),
    st.binary(min_size=4, max_size=4) | st.just(b""),
    st.integers(1, 2000),
)
def test_frames_are_read_as_they_were_written_however_they_are_split(frames, mask, size):
    whole = b"".join(frame(opcode, data, mask) for opcode, data in frames)
    reader, read = FrameReader(), []
    size = max(size, len(whole) // 5000)
    for start in range(0, len(whole), size):
        read += reader.feed(whole[start : start + size])
    assert read == frames


@pytest.mark.asyncio
async def test_bytes_travel_in_masked_frames_and_pings_are_answered():
    async with bench() as (channel, far, opening):
        await opening
        receiver = Receiver()
        channel.start(receiver)
        channel.write(b"hello")
        await channel.drain()
        assert not channel.congested
        assert far.received[1] & 0x80
        far.send(frame(Opcode.BINARY, b"one") + frame(Opcode.PING, b"?") + frame(Opcode.CONTINUATION, b"two"))
        far.send(frame(Opcode.PONG, b"unasked"))
        assert receiver.data == b"onetwo"
        assert list(FrameReader().feed(bytes(far.received))) == [(Opcode.BINARY, b"hello"), (Opcode.PONG, b"?")]
        far.received.clear()
        channel.close()
        assert list(FrameReader().feed(bytes(far.received))) == [(Opcode.CLOSE, b"\x03\xe8")]
        assert far.closed


@pytest.mark.asyncio
async def test_a_receiver_without_room_gets_the_rest_and_the_end_later():
    async with bench(SWITCHING + frame(Opcode.BINARY, b"early")) as (channel, far, opening):
        await opening
        receiver = Receiver()
        receiver.size = 0
        channel.start(receiver)
        far.send(frame(Opcode.BINARY, b" later"))
        far.send(frame(Opcode.CLOSE, b""))
        assert (receiver.data, receiver.ends) == (b"", 0)
        receiver.size = 4
        channel.resume()
        assert (receiver.data, receiver.ends) == (b"early later", 1)
        far.close()
        assert receiver.ends == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", ConnectionRefusedError),
        (b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n", ConnectionRefusedError),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", ConnectionRefusedError),
        (b"x" * 9000, ConnectionRefusedError),
        (None, TimeoutError),
    ],
)
async def test_a_handshake_that_fails_drops_the_connection(answer: bytes | None, error: type[OSError]):
    async with bench(answer) as (_, far, opening):
        with pytest.raises(error):
            await opening
        assert far.closed


@pytest.mark.asyncio
async def test_a_connection_that_ends_during_the_handshake_is_told():
    async with bench(b"") as (_, far, opening):
        far.close()
        with pytest.raises(ConnectionResetError):
            await opening
