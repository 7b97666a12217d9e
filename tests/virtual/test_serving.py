"""Who gets to a virtual module, and how: memory, pty, TCP."""

import asyncio
import errno
import os
import random
import tty
from pathlib import Path

import pytest

from atmodem.dialects import air602, espat, mxchip, simplelink
from atmodem.dialects.espat.device import Virtual
from atmodem.errors import InvalidArgument, LinkError, PortBusy, PortNotFound
from atmodem.link import Link, open_link
from atmodem.virtual.device import VirtualModule
from atmodem.virtual.registry import open_virtual
from atmodem.virtual.serving import serve_pty, serve_tcp
from tests.virtual.host import OK, Host, module


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_url_leads_to_its_module_while_that_runs():
    async with Virtual() as device, Virtual() as other:
        assert device.url.startswith("virtual://espat/")
        assert device.url != other.url
        link = open_virtual(device.url)
        assert await Host(link).ask(b"AT") == b"AT\r\n" + OK
        await link.aclose()
    with pytest.raises(PortNotFound, match="no virtual module runs"):
        open_virtual(device.url)


@pytest.mark.asyncio
async def test_one_program_at_a_time_is_attached():
    async with Virtual() as device:
        link = device.open_link()
        with pytest.raises(PortBusy, match="attached"):
            open_virtual(device.url)
        await link.aclose()
        await settled()
        again = device.open_link()
        assert await Host(again).ask(b"AT") == b"AT\r\n" + OK
        await again.aclose()


@pytest.mark.asyncio
async def test_a_module_runs_on_with_nobody_attached():
    async with Virtual() as device:
        link = device.open_link()
        host = Host(link)
        await host.ask(b"ATE0")
        await link.aclose()
        await settled()
        device.restart(after=0)
        await asyncio.sleep(0.001)
        assert device.awake
        again = device.open_link()
        assert await Host(again).ask(b"AT") == b"AT\r\n" + OK
        await again.aclose()


@pytest.mark.asyncio
async def test_switching_a_module_off_loses_who_is_attached():
    async with Virtual() as device:
        host = Host(device.open_link())
        host.send(b'AT+CWJAP="lab","secret"\r\n')
        await settled()
    await settled()
    assert host.lost is not None


async def ask_over(link: Link) -> None:
    host = Host(link)
    host.send(b"\r\n")
    await host.until(b"ERROR\r\n")
    assert (await host.ask(b"ATE0")).endswith(OK)
    assert await host.ask(b"AT+CWMODE?") == b"+CWMODE:1\r\n" + OK


@pytest.mark.asyncio
@pytest.mark.parametrize("virtual", [air602.Virtual, espat.Virtual, mxchip.Virtual, simplelink.Virtual])
async def test_switching_a_module_off_twice_is_no_error(virtual: type[VirtualModule]):
    async with virtual() as device:
        await device.aclose()
        await device.aclose()
    with pytest.raises(PortNotFound, match="no virtual module runs"):
        open_virtual(device.url)


@pytest.mark.asyncio
async def test_a_pty_has_the_path_that_was_asked_for_and_is_opened_again_and_again(tmp_path: Path):
    path = tmp_path / "esp"
    async with Virtual() as device:
        async with serve_pty(device, path) as served:
            assert served == str(path)
            for _ in range(2):
                link = await open_link(str(path))
                await ask_over(link)
                await link.aclose()
            with pytest.raises(PortBusy):
                device.open_link()
        assert not path.is_symlink()
        link = device.open_link()
        assert await Host(link).ask(b"AT") == OK
        await link.aclose()


@pytest.mark.asyncio
async def test_a_pty_needs_no_name(tmp_path: Path):
    async with Virtual() as device, serve_pty(device) as path:
        link = await open_link(path)
        await ask_over(link)
        await link.aclose()


@pytest.mark.asyncio
async def test_a_name_that_was_left_behind_is_taken_over_and_others_are_not(tmp_path: Path):
    left_behind, taken = tmp_path / "old", tmp_path / "taken"
    left_behind.symlink_to(tmp_path / "gone")
    taken.write_text("mine")
    async with Virtual() as device:
        async with serve_pty(device, left_behind) as path:
            assert os.path.exists(path)
        with pytest.raises(LinkError, match="taken cannot be made"):
            async with serve_pty(device, taken):
                pass
        link = device.open_link()
        await link.aclose()
    assert taken.read_text() == "mine"


@pytest.mark.asyncio
async def test_a_name_that_somebody_else_has_taken_meanwhile_is_left_to_them(tmp_path: Path):
    path = tmp_path / "esp"
    async with Virtual() as device, serve_pty(device, path):
        path.unlink()
        path.write_text("mine")
    assert path.read_text() == "mine"


@pytest.mark.asyncio
async def test_much_data_pass_a_pty_whose_reader_is_slow():
    data = random.Random(3).randbytes(200_000)
    async with Virtual() as device, serve_pty(device) as path:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(descriptor)
        device.write(data)
        got = bytearray()
        while len(got) < len(data):
            try:
                got += os.read(descriptor, 1000)
            except BlockingIOError:
                await asyncio.sleep(0)
        assert bytes(got) == data
        os.close(descriptor)


@pytest.mark.asyncio
async def test_a_module_is_served_over_tcp_to_one_program_at_a_time():
    async with Virtual() as device:
        async with serve_tcp(device, "127.0.0.1", 0) as url:
            link = await open_link(url)
            await ask_over(link)
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            assert await reader.read() == b""
            writer.close()
            await link.aclose()
            while device.attached:
                await asyncio.sleep(0)
            link = await open_link(url)
            await ask_over(link)
        await link.aclose()
        with pytest.raises(PortNotFound):
            await open_link(url)


@pytest.mark.asyncio
async def test_a_module_is_served_over_ipv6_loopback():
    async with Virtual() as device, serve_tcp(device, "::1", 0) as url:
        assert url.startswith("tcp://[::1]:")
        link = await open_link(url)
        await ask_over(link)
        await link.aclose()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
@pytest.mark.asyncio
async def test_a_module_is_served_on_this_host_alone(host: str):
    async with Virtual() as device:
        with pytest.raises(InvalidArgument, match="host must be a loopback address"):
            async with serve_tcp(device, host, 0):
                pass


@pytest.mark.parametrize("port", [-1, 70000])
@pytest.mark.asyncio
async def test_a_port_that_cannot_be_used_is_an_error(port: int):
    async with Virtual() as device:
        with pytest.raises(LinkError, match="cannot be used"):
            async with serve_tcp(device, "127.0.0.1", port):
                pass


@pytest.mark.asyncio
async def test_a_port_that_is_in_use_is_an_error():
    async with Virtual() as device, serve_tcp(device, "127.0.0.1", 0) as url:
        with pytest.raises(LinkError) as caught:
            async with serve_tcp(device, "127.0.0.1", int(url.rpartition(":")[2])):
                pass
        assert isinstance(caught.value.__cause__, OSError)
        assert caught.value.__cause__.errno == errno.EADDRINUSE


@pytest.mark.asyncio
async def test_input_that_is_held_back_is_taken_later():
    async with Virtual() as device, serve_pty(device) as path:
        link = await open_link(path)
        host = Host(link)
        device.hold_input("a reason")
        device.hold_input("another")
        host.send(b"AT\r\n")
        device.release_input("a reason")
        for _ in range(100):
            await asyncio.sleep(0)
        assert host.received == b""
        device.release_input("another")
        assert await host.until(OK) == b"AT\r\n" + OK
        await link.aclose()


@pytest.mark.asyncio
async def test_a_module_can_be_switched_off_while_its_reader_does_not_read():
    async with Virtual() as device:
        link = device.open_link()
        while not device.outlet.congested:
            device.write(bytes(10_000))
            await asyncio.sleep(0)
    await link.aclose()


# Speed


@pytest.mark.asyncio
async def test_a_paced_line_takes_its_time_in_both_directions():
    async with module(baudrate=115200) as (device, host):
        start = device.clock.time()
        for _ in range(20):
            assert await host.ask(b"AT") == OK
        # Four bytes there and six back, twenty times.
        assert device.clock.time() - start >= 20 * (4 + 6) * 10 / 115200


@pytest.mark.asyncio
async def test_a_paced_line_holds_the_host_back():
    async with module(baudrate=921600) as (_, host):
        for _ in range(2000):
            host.send(b"AT\r\n" * 50)
        draining = asyncio.create_task(host.link.drain())
        for _ in range(100):
            await asyncio.sleep(0)
        assert not draining.done()
        draining.cancel()
