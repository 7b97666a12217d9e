"""A real MQTT broker beside the virtual modules: mosquitto where it is installed, else amqtt."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import attrs
from anyio import CancelScope, to_thread

from ..errors import AtmodemError, Unsupported

__all__ = ["serve_broker"]

_HOST = "127.0.0.1"
#: Seconds between two looks whether the broker listens, and until that takes too long.
_LOOK, _PATIENCE = 0.05, 20.0
#: Where Debian has daemons, which is not on the path of a user.
_DAEMONS = "/usr/sbin:/usr/local/sbin"

_MOSQUITTO = """\
listener {port} {host}
allow_anonymous true
"""
_AMQTT = """\
listeners:
  default:
    type: tcp
    bind: {host}:{port}
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
"""


@asynccontextmanager
async def serve_broker() -> AsyncIterator[int]:
    """Run a broker on this host that asks for no password, and yield its port.

    It is a process of its own, which ends with the ``async with``, also when that is cancelled.

    :raises Unsupported: neither mosquitto nor amqtt is installed.
    :raises AtmodemError: the broker did not start.
    """
    plan = await to_thread.run_sync(_Plan.make)
    try:
        process = await asyncio.create_subprocess_exec(
            *plan.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await _listening(process, plan.port)
            yield plan.port
        finally:
            if process.returncode is None:
                process.terminate()
            with CancelScope(shield=True):
                await process.wait()
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(shutil.rmtree, plan.folder)


@attrs.frozen
class _Plan:
    """What is started, and where it has its settings."""

    folder: Path
    port: int
    command: list[str]

    @classmethod
    def make(cls) -> _Plan:
        program, settings = _program()
        folder = Path(tempfile.mkdtemp(prefix="atmodem-broker-"))
        path, port = folder / "settings", _free_port()
        path.write_text(settings.format(host=_HOST, port=port))
        return cls(folder, port, [*program, "-c", str(path)])


def _program() -> tuple[list[str], str]:
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path=_DAEMONS)
    if mosquitto is not None:
        return [mosquitto], _MOSQUITTO
    if find_spec("amqtt") is not None:
        return [sys.executable, "-m", "amqtt.scripts.broker_script"], _AMQTT
    raise Unsupported("no broker is installed", advice="install mosquitto, or pip install 'atmodem[virtual]'")


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    loop = asyncio.get_running_loop()
    late = loop.time() + _PATIENCE
    while process.returncode is None and loop.time() < late:
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except ConnectionError:
            await asyncio.sleep(_LOOK)
        else:
            writer.close()
            return
    raise AtmodemError("the broker did not start", advice="run it by hand to see why")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
