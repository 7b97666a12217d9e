"""What holds for serial devices and ptys only."""

import asyncio
import errno
import fcntl
import os
import termios

import pytest

from atmodem.errors import LinkError, LinkLost
from atmodem.link import open_link
from tests.link.ends import Receiver
from tests.link.kinds import pty

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_leaks")]

CONTROL_FLAGS, SPEED = 2, 5  # in what tcgetattr() returns


@pytest.fixture(params=["", "spy://"], ids=["pyserial-asyncio", "spy"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["pyserial-asyncio", "serialx"])
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "serialx":
        pytest.importorskip("serialx", reason="extra missing: serialx")
    return request.param


def fail_once(monkeypatch: pytest.MonkeyPatch, function: str, error: OSError) -> None:
    """Let the next call of *function* of the operating system raise *error*."""
    really = getattr(os, function)
    errors = [error]

    def fail_or_call(*arguments: object) -> object:
        if errors:
            raise errors.pop()
        return really(*arguments)

    monkeypatch.setattr(os, function, fail_or_call)


async def test_a_read_that_finds_nothing_is_no_loss(monkeypatch: pytest.MonkeyPatch):
    with pty() as (far, path):
        link = await open_link(path)
        receiver = Receiver()
        link.start(receiver)
        await far.write(b"hello")
        fail_once(monkeypatch, "read", BlockingIOError())
        assert await receiver.take(5) == b"hello"
        await link.aclose()


async def test_a_write_that_finds_no_room_is_repeated(monkeypatch: pytest.MonkeyPatch):
    with pty() as (far, path):
        link = await open_link(path)
        fail_once(monkeypatch, "write", BlockingIOError())
        link.write(b"hello")
        assert await far.read(5) == b"hello"
        await link.aclose()


async def test_a_read_that_fails_is_a_loss(monkeypatch: pytest.MonkeyPatch):
    with pty() as (far, path):
        link = await open_link(path)
        receiver = Receiver()
        link.start(receiver)
        await far.write(b"hello")
        fail_once(monkeypatch, "read", OSError(errno.EIO, "Input/output error"))
        assert "Input/output error" in str(await receiver.loss())
        await link.aclose()


@pytest.mark.parametrize("rtscts", [False, True])
async def test_a_port_opens_with_the_settings_asked_for(backend: str, rtscts: bool):
    with pty() as (far, path):
        link = await open_link(path, baudrate=921600, rtscts=rtscts, backend=backend)
        settings = termios.tcgetattr(far.fd)
        assert settings[SPEED] == termios.B921600
        assert bool(settings[CONTROL_FLAGS] & termios.CRTSCTS) is rtscts
        await link.aclose()


async def test_an_open_port_is_locked_and_a_closed_one_is_not(backend: str):
    with pty() as (_, path):
        other = os.open(path, os.O_RDWR | os.O_NOCTTY)
        link = await open_link(path, backend=backend)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        await link.aclose()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)


async def test_a_lost_port_is_released_without_being_closed(scheme: str):
    with pty() as (far, path):
        link = await open_link(scheme + path)
        receiver = Receiver()
        link.start(receiver)
        await far.hang_up()
        await receiver.loss()
        # That the port is released by itself is checked by the fixture; the object stays until then.
        assert link.url.endswith(path)


async def test_a_hang_up_is_found_by_writing_while_reading_is_paused(backend: str):
    with pty() as (far, path):
        link = await open_link(path, backend=backend)
        receiver = Receiver()
        link.start(receiver)
        await asyncio.sleep(0)
        link.pause_reading()
        await far.hang_up()
        link.write(b"anybody there?")
        assert isinstance(await receiver.loss(), LinkLost)
        await link.aclose()
        assert len(receiver.losses) == 1


async def test_a_hang_up_is_found_by_a_change_of_speed_while_reading_is_paused(backend: str):
    with pty() as (far, path):
        link = await open_link(path, backend=backend)
        receiver = Receiver()
        link.start(receiver)
        await asyncio.sleep(0)
        link.pause_reading()
        await far.hang_up()
        with pytest.raises(LinkError):
            await link.set_baudrate(9600)
        assert len(receiver.losses) <= 1
        await link.aclose()


async def test_a_speed_that_the_driver_refuses_is_a_link_error(scheme: str, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise termios.error(22, "Invalid argument")

    with pty() as (_, path):
        link = await open_link(scheme + path)
        monkeypatch.setattr(termios, "tcdrain", refuse)
        with pytest.raises(LinkError, match="does not take 1234567 bit/s"):
            await link.set_baudrate(1234567)
        monkeypatch.undo()
        await link.aclose()


async def test_a_cancelled_change_of_speed_leaves_the_speed_and_the_queue(scheme: str):
    data = bytes(200_000)
    with pty() as (far, path):
        link = await open_link(scheme + path, baudrate=115200)
        link.write(data)
        changing = asyncio.create_task(link.set_baudrate(9600))
        await asyncio.sleep(0)
        changing.cancel()
        await asyncio.wait([changing])
        assert await far.read(len(data)) == data
        assert far.speed() == termios.B115200
        await link.aclose()
