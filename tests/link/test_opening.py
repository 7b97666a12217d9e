"""Which link a URL opens, and what an error says when it does not."""

import asyncio
import errno
import grp
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from atmodem.errors import InvalidArgument, LinkError, PortBusy, PortNotFound, PortNotPermitted
from atmodem.link import open_link
from atmodem.link.arguments import redacted
from tests.link.ends import Receiver
from tests.link.kinds import pty

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_leaks")]

needs_proc = pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells who has a port open")

ANYWHERE = "127.0.0.1"
BACKENDS = ["pyserial-asyncio", "serialx"]

#: Holds the port in its argument, under the name given, until its input ends.
HOLDER = """
import fcntl, os, sys
port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(port, fcntl.LOCK_EX)
open("/proc/self/comm", "w").write(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def held(path: str, name: str) -> AsyncIterator[int]:
    """Let a program called *name* hold the port; yield its process number."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, path, name]
    holder = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert await holder.stdout.readline() == b"held\n"
    try:
        yield holder.pid
    finally:
        await holder.communicate(b"")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "serialx":
        pytest.importorskip("serialx", reason="extra missing: serialx")
    return request.param


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"url": ""}, "url"),
        ({"url": 5}, "url"),
        ({"url": "/dev/tty\0"}, "url"),
        ({"url": "virtual://espat"}, "url"),
        ({"url": "nothing://here"}, "url"),
        ({"url": "spy:///dev/null?nonsense"}, "url"),
        ({"url": "tcp://"}, "url"),
        ({"url": "tcp://host"}, "url"),
        ({"url": "tcp://:23"}, "url"),
        ({"url": "tcp://host:0"}, "url"),
        ({"url": "tcp://host:65536"}, "url"),
        ({"url": "tcp://host:telnet"}, "url"),
        ({"url": "tcp://host:23/path"}, "url"),
        ({"url": "tcp://host:23?option"}, "url"),
        ({"url": "tcp://me:secret@host:23"}, "url"),
        ({"url": "/dev/null", "baudrate": 0}, "baudrate"),
        ({"url": "/dev/null", "baudrate": "fast"}, "baudrate"),
        ({"url": "/dev/null", "rtscts": 1}, "rtscts"),
        ({"url": "/dev/null", "backend": "other"}, "backend"),
    ],
)
async def test_a_wrong_argument_is_refused_by_name(arguments: dict[str, object], parameter: str):
    with pytest.raises(InvalidArgument) as error:
        await open_link(**arguments)
    assert error.value.parameter == parameter
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/dev/ttyUSB0", "/dev/ttyUSB0"),
        ("tcp://host:23", "tcp://host:23"),
        ("rfc2217://host:23?ign_set_control", "rfc2217://host:23?ign_set_control"),
        ("rfc2217://me:secret@host:23", "rfc2217://***@host:23"),
        ("rfc2217://me:se/cr@et@host:23", "rfc2217://***@host:23"),
        ("other://host?size=5&api_key=secret&x=1", "other://host?size=5&api_key=***&x=1"),
        ("other://host?Password=secret#top", "other://host?Password=***#top"),
    ],
)
async def test_a_url_is_shown_without_credentials(url: str, shown: str):
    assert redacted(url) == shown


async def test_credentials_reach_neither_an_error_nor_its_causes():
    with socket.create_server((ANYWHERE, 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PortNotFound) as error:
        await open_link(f"rfc2217://me:secret@{ANYWHERE}:{port}")
    assert error.value.url == f"rfc2217://***@{ANYWHERE}:{port}"
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


async def test_pyserials_name_for_tcp_is_understood():
    with socket.create_server((ANYWHERE, 0)) as server:
        link = await open_link(f"socket://{ANYWHERE}:{server.getsockname()[1]}")
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"hello")
            receiver = Receiver()
            link.start(receiver)
            assert await receiver.take(5) == b"hello"
            await link.aclose()


async def test_a_port_that_is_not_there_is_said_to_be_missing(backend: str, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(list_ports, "comports", lambda: [ListPortInfo("/dev/ttyUSB7"), ListPortInfo("/dev/ttyACM0")])
    path = str(tmp_path / "ttyUSB0")
    with pytest.raises(PortNotFound, match=f"there is no port {path} ") as error:
        await open_link(path, backend=backend)
    assert error.value.url == path
    assert error.value.advice == "plug the module in, or use one of: /dev/ttyACM0, /dev/ttyUSB7"


async def test_a_windows_name_is_a_device(monkeypatch):
    monkeypatch.setattr(list_ports, "comports", list)
    with pytest.raises(PortNotFound) as error:
        await open_link("COM3")
    assert str(error.value) == "there is no port COM3 (plug the module in; no port is there now)"


async def test_a_port_that_this_program_has_open_is_busy(backend: str):
    with pty() as (_, path):
        link = await open_link(path)
        with pytest.raises(PortBusy) as error:
            await open_link(path, backend=backend)
        assert f"{path} is in use by this program" in str(error.value)
        await link.aclose()
        await (await open_link(path, backend=backend)).aclose()


@needs_proc
@pytest.mark.parametrize(
    ("name", "advice"), [("minicom", "end that program first"), ("ModemManager", "systemctl stop ModemManager")]
)
async def test_a_busy_port_names_its_holder(backend: str, name: str, advice: str):
    with pty() as (_, path):
        async with held(path, name) as pid:
            with pytest.raises(PortBusy) as error:
                await open_link(path, backend=backend)
            assert f"{path} is in use by {name} (pid {pid})" in str(error.value)
            assert advice in error.value.advice
        await (await open_link(path, backend=backend)).aclose()


@needs_proc
async def test_a_busy_port_behind_another_scheme_names_its_holder():
    with pty() as (_, path):
        async with held(path, "picocom") as pid:
            with pytest.raises(PortBusy, match=rf"spy://{path} is in use by picocom \(pid {pid}\)"):
                await open_link(f"spy://{path}")


def refuse(monkeypatch: pytest.MonkeyPatch, path: str, number: int) -> None:
    """Let the operating system refuse to open *path*: the tests may run as a user that it refuses nothing."""
    really_open = os.open

    def open_or_refuse(name: str, *arguments: int, **options: int) -> int:
        if name == path:
            raise OSError(number, os.strerror(number), name)
        return really_open(name, *arguments, **options)

    monkeypatch.setattr(os, "open", open_or_refuse)


async def test_a_busy_port_whose_holder_cannot_be_seen_says_how_to_find_it(backend: str, tmp_path: Path, monkeypatch):
    path = str(tmp_path / "ttyUSB0")
    refuse(monkeypatch, path, errno.EBUSY)
    with pytest.raises(PortBusy) as error:
        await open_link(path, backend=backend)
    assert str(error.value) == f"{path} is in use by another program (`sudo fuser -v {path}` names it)"


@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        (0o660, "its group is {0}: `sudo usermod -aG {0} $USER`, then log in again"),
        (0o600, "not even its group {0} may: change its mode with a udev rule"),
    ],
)
async def test_a_port_that_is_not_permitted_names_its_group(
    backend: str, mode: int, advice: str, tmp_path: Path, monkeypatch
):
    device = tmp_path / "ttyUSB0"
    device.touch()
    device.chmod(mode)
    refuse(monkeypatch, str(device), errno.EACCES)
    with pytest.raises(PortNotPermitted) as error:
        await open_link(str(device), backend=backend)
    assert error.value.advice == advice.format(grp.getgrgid(os.getgid()).gr_name)


async def test_a_port_that_cannot_even_be_looked_at_is_not_permitted(backend: str, tmp_path: Path, monkeypatch):
    path = str(tmp_path / "hidden")
    refuse(monkeypatch, path, errno.EACCES)
    with pytest.raises(PortNotPermitted) as error:
        await open_link(path, backend=backend)
    assert error.value.advice == "ask the owner of the machine for access"


async def test_a_file_is_no_serial_port(backend: str, tmp_path: Path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(LinkError, match="cannot be opened") as error:
        await open_link(str(path), backend=backend)
    assert error.value.advice.startswith("check that it is a serial port")


async def test_serialx_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "serialx", None)
    with pytest.raises(LinkError) as error:
        await open_link("/dev/ttyUSB0", backend="serialx")
    assert "atmodem[serialx]" in str(error.value)


async def test_pyserial_asyncio_is_refused_on_windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LinkError) as error:
        await open_link("COM3")
    assert "backend='serialx'" in str(error.value)


async def test_a_tcp_port_without_a_server_is_said_to_be_missing():
    with socket.create_server((ANYWHERE, 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PortNotFound) as error:
        await open_link(f"tcp://{ANYWHERE}:{port}")
    assert f"nothing listens on port {port}" in str(error.value)


async def test_an_unknown_host_is_said_to_be_missing(monkeypatch):
    def know_nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", know_nobody)
    with pytest.raises(PortNotFound, match=r"host nowhere\.invalid is not known"):
        await open_link("tcp://nowhere.invalid:23")


async def test_a_name_that_no_host_can_have_is_said_to_be_missing():
    with pytest.raises(PortNotFound, match=r"host no\.\.where is not known"):
        await open_link("tcp://no..where:23")


async def test_a_host_that_cannot_be_reached_is_a_link_error():
    # The system refuses by itself; nothing is sent.
    with pytest.raises(LinkError, match="cannot be reached"):
        await open_link("tcp://255.255.255.255:23")
