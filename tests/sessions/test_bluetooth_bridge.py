"""Other programs as Bluetooth devices, and byte streams to them."""

import asyncio
import os

import anyio
import pytest

from atmodem import (
    ConnectFailed,
    InvalidArgument,
    ModeConflict,
    SessionBroken,
    SessionClosed,
    TransferIncomplete,
    Unsupported,
)
from atmodem.virtual.bridge import Caller, SerialPort, Uart, on_pty, on_tcp
from atmodem.virtual.serial_profile import ClassicPeer
from tests.link.kinds import program
from tests.sessions.bench import HOST, cancelled_after
from tests.sessions.bluetooth_bench import LOCATION, among, band, digest, uart_band
from tests.sessions.contract.rig import pattern
from tests.witness import require

pytestmark = pytest.mark.asyncio

NUS = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e"
SEND, RECEIVE = NUS.format(2), NUS.format(3)


async def exactly(stream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += await stream.receive()
    return bytes(data)


# Classic


async def test_a_program_on_tcp_is_what_the_module_connects_to():
    peer = ClassicPeer()
    data = pattern(200_000)
    async with among(peer) as near, on_tcp(SerialPort(peer), HOST, 0) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"early ")
        async with near.modem.bluetooth.classic.connect_serial(peer.address) as stream:
            assert await exactly(stream, 6) == b"early "
            writer.write(data)
            assert digest(await exactly(stream, len(data))) == digest(data)
            sending = asyncio.ensure_future(stream.send(data))
            assert digest(await reader.readexactly(len(data))) == digest(data)
            await sending
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_without_a_program_nobody_answers():
    peer = ClassicPeer()
    async with among(peer) as near, on_tcp(SerialPort(peer), HOST, 0) as (host, port):
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        await writer.wait_closed()
        with pytest.raises(OSError):
            await near.modem.bluetooth.classic.connect_serial(peer.address)


async def test_a_program_on_tcp_connects_to_the_module():
    peer = ClassicPeer()
    async with among(peer) as near, on_tcp(Caller(near.air, peer), HOST, 0) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        # Nobody listens: the program is hung up on.
        assert await reader.read() == b""
        writer.close()
        async with near.modem.bluetooth.classic.listen_serial() as listener:
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"hello")
            async with await listener.accept() as stream:
                assert await exactly(stream, 5) == b"hello"
                await stream.send(b"back")
                assert await reader.readexactly(4) == b"back"
                writer.write(b"last")
                writer.close()
                assert await exactly(stream, 4) == b"last"
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()


async def test_a_program_on_a_pty_stays_between_connections(tmp_path):
    peer = ClassicPeer()
    name = tmp_path / "phone"
    async with among(peer) as near, on_pty(SerialPort(peer), name) as path:
        assert path == str(name)
        program = os.open(path, os.O_RDWR | os.O_NOCTTY)
        try:
            for number in range(2):
                async with near.modem.bluetooth.classic.connect_serial(peer.address) as stream:
                    os.write(program, b"ping%d" % number)
                    assert await exactly(stream, 5) == b"ping%d" % number
                    await stream.send(b"pong")
                    assert await asyncio.to_thread(os.read, program, 4) == b"pong"
        finally:
            os.close(program)
    assert not name.is_symlink()


async def test_a_program_on_a_pty_connects_to_the_module():
    peer = ClassicPeer()
    async with (
        among(peer) as near,
        near.modem.bluetooth.classic.listen_serial() as listener,
        on_pty(Caller(near.air, peer)) as path,
    ):
        program = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(program, b"x")
        async with await listener.accept() as stream:
            assert await stream.receive() == b"x"
        os.close(program)


async def test_socat_with_cat_is_a_serial_port_that_sends_back():
    peer = ClassicPeer()
    data = pattern(200_000)
    async with (
        among(peer) as near,
        on_tcp(SerialPort(peer), HOST, 0) as (host, port),
        program(require("socat"), f"TCP:{host}:{port}", "EXEC:cat"),
    ):
        while True:
            try:
                stream = await near.modem.bluetooth.classic.connect_serial(peer.address)
                break
            except ConnectFailed:
                await asyncio.sleep(0.01)  # it has not connected yet
        sending = asyncio.ensure_future(stream.send(data))
        assert digest(await exactly(stream, len(data))) == digest(data)
        await sending
        await stream.aclose()


async def test_programs_of_this_host_alone_can_connect():
    with pytest.raises(InvalidArgument):
        await on_tcp(SerialPort(ClassicPeer()), "0.0.0.0", 0).__aenter__()


# Low energy


async def test_socat_on_a_pty_is_a_uart_that_sends_back():
    device = uart_band()
    data = pattern(16 * 1024)
    async with (
        among(device) as near,
        on_pty(Uart(device, send=SEND, receive=RECEIVE)) as path,
        program(require("socat"), f"{path},raw,echo=0", "EXEC:cat"),
        near.modem.bluetooth.le.open_uart(device.address) as stream,
    ):
        sending = asyncio.ensure_future(stream.send(data))
        assert digest(await exactly(stream, len(data))) == digest(data)
        await sending


@pytest.mark.parametrize("link", ["memory", "pty", "tcp"])
async def test_a_program_on_tcp_is_a_uart(link: str):
    device = uart_band()
    data = pattern(32 * 1024)
    async with among(device, link=link) as near, on_tcp(Uart(device, send=SEND, receive=RECEIVE), HOST, 0) as where:
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"early ")
        async with near.modem.bluetooth.le.open_uart(device.address) as stream:
            assert await exactly(stream, 6) == b"early "
            writer.write(data)
            assert digest(await exactly(stream, len(data))) == digest(data)
            await stream.send(data)
            assert digest(await reader.readexactly(len(data))) == digest(data)
        writer.close()


async def test_a_program_on_a_pty_is_a_uart():
    device = uart_band()
    async with among(device) as near, on_pty(Uart(device, send=SEND, receive=RECEIVE)) as path:
        program = os.open(path, os.O_RDWR | os.O_NOCTTY)
        for _ in range(2):
            async with near.modem.bluetooth.le.open_uart(device.address) as stream:
                os.write(program, b"\0\xff>")
                assert await exactly(stream, 3) == b"\0\xff>"
                await stream.send(b"+++")
                assert await asyncio.to_thread(os.read, program, 3) == b"+++"
        os.close(program)


@pytest.mark.parametrize("link", ["memory", "pty", "tcp"])
async def test_bytes_may_pass_the_line_bare(link: str):
    device = uart_band()
    data = pattern(16 * 1024)
    async with among(device, band(2), link=link) as near:
        async with on_tcp(Uart(device, send=SEND, receive=RECEIVE), HOST, 0) as where:
            reader, writer = await asyncio.open_connection(*where)
            writer.write(b"early ")
            async with near.modem.bluetooth.le.open_uart(device.address, passthrough=True) as stream:
                assert await exactly(stream, 6) == b"early "
                with pytest.raises(ModeConflict):
                    await near.modem.bluetooth.le.connect("aa:bb:cc:00:00:02")
                writer.write(data)
                assert digest(await exactly(stream, len(data))) == digest(data)
                sending = asyncio.ensure_future(stream.send(data))
                assert digest(await reader.readexactly(len(data))) == digest(data)
                await sending
            assert device.links == []
            writer.close()
        async with near.modem.bluetooth.le.connect("aa:bb:cc:00:00:02") as peer:
            assert await peer.read(LOCATION) == b"wrist"


@pytest.mark.parametrize("passthrough", [False, True])
async def test_opening_a_uart_may_be_cancelled_at_any_point(passthrough: bool):
    device = uart_band()
    async with among(device, band(2)) as near:
        le = near.modem.bluetooth.le

        async def opened() -> None:
            async with le.open_uart(device.address, passthrough=passthrough):
                pass

        # Leaving passthrough takes its silences.
        turns, cut, step = 0, True, 9 if passthrough else 1
        while cut and turns < 60:
            try:
                cut = await cancelled_after(turns, opened())
            except ModeConflict:
                await asyncio.sleep(0.01)  # the stream that was cancelled is being left
                continue
            turns += step
        assert turns > 5
        while device.links:
            await asyncio.sleep(0.01)  # it is closed in the background
        while True:
            try:
                async with le.connect("aa:bb:cc:00:00:02") as peer:
                    assert await peer.read(LOCATION) == b"wrist"
                break
            except ModeConflict:
                await asyncio.sleep(0.01)


async def test_a_peer_that_goes_ends_a_uart():
    device = uart_band()
    async with among(device) as near:
        async with near.modem.bluetooth.le.open_uart(device.address) as stream:
            device.notify(RECEIVE, b"last")
            device.hang_up()
            assert await exactly(stream, 4) == b"last"
            with pytest.raises(SessionBroken):
                await stream.receive()
            with pytest.raises(TransferIncomplete) as caught:
                await stream.send(b"too late")
            assert caught.value.transferred == 0
        with pytest.raises(SessionClosed):
            await stream.send(b"x")
        with pytest.raises(Unsupported):
            await stream.send_eof()


async def test_what_was_written_before_a_peer_has_gone_is_counted():
    device = uart_band()
    written: list[bytes] = []

    def take(value: bytes) -> None:
        written.append(value)
        if len(written) == 3:
            device.hang_up()

    device.characteristic(SEND).written = take
    async with among(device) as near, near.modem.bluetooth.le.open_uart(device.address) as stream:
        with pytest.raises(TransferIncomplete) as caught:
            await stream.send(bytes(2000))
        assert caught.value.transferred == 3 * 244
