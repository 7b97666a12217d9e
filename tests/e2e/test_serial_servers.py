"""A modem and a virtual module with an outside program between them."""

import hashlib
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import atmodem
from atmodem.api.virtual import make_device, serve_pty
from atmodem.dialects import espat, find_dialect
from atmodem.link import open_link
from tests.link.kinds import program, until_listening
from tests.sessions.bench import HOST, NETWORK, PASSWORD
from tests.virtual.host import far_end
from tests.witness import require

pytestmark = pytest.mark.asyncio

ESPAT = find_dialect("espat")
ESPAT.device()


@asynccontextmanager
async def through_socat(folder: Path) -> AsyncIterator[tuple[espat.Virtual, str]]:
    """A pair of ptys: the module has one end open, the modem opens the other."""
    near, far = folder / "near", folder / "far"
    ends = [f"pty,raw,echo=0,link={path}" for path in (near, far)]
    async with make_device(ESPAT) as device, program(require("socat"), "-d", "-d", *ends, stderr=-1) as socat:
        while b"starting data transfer" not in await socat.stderr.readline():
            pass
        link = await open_link(str(far))
        device.attach(link)
        yield device, str(near)
        await device.disconnect(link)


@asynccontextmanager
async def through_ser2net(folder: Path) -> AsyncIterator[tuple[espat.Virtual, str]]:
    """An RFC 2217 server that has the module's pty for its serial port."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    configuration = folder / "ser2net.yaml"
    async with make_device(ESPAT) as device, serve_pty(device) as path:
        configuration.write_text(
            f"connection: &test\n  accepter: telnet(rfc2217),tcp,{HOST},{port}\n"
            f"  connector: serialdev,{path},115200n81,local\n"
        )
        async with program(require("ser2net"), "-n", "-c", str(configuration), stdout=-3, stderr=-3):
            await until_listening(port)
            # On a pty it does not answer about modem lines.
            yield device, f"rfc2217://{HOST}:{port}?ign_set_control"


# The RFC 2217 client of pyserial 3.5 names and starts its thread the old way.
@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
@pytest.mark.parametrize("way", [through_socat, through_ser2net], ids=["socat", "ser2net"])
async def test_a_module_behind_an_outside_program_is_as_good_as_one_at_hand(tmp_path: Path, way):
    data = random.Random(5).randbytes(20_000)
    async with far_end() as server, way(tmp_path) as (device, url), atmodem.connect(url, ESPAT) as modem:
        assert (await modem.send(espat.GMR())).at_version
        await modem.wifi.join(NETWORK, PASSWORD)
        async with modem.connect_tcp(HOST, server.port) as stream:
            reader, writer = await server.end()
            await stream.send(data)
            writer.write(await reader.readexactly(len(data)))
            writer.close()
            back = hashlib.sha256()
            async for chunk in stream:
                back.update(chunk)
        assert back.digest() == hashlib.sha256(data).digest()
        async with modem.expect(atmodem.ModuleReady) as ready:
            device.restart(after=0)
            await ready.get()
        assert not (await modem.wifi.status()).joined


async def test_an_outside_program_that_ends_is_a_lost_link(tmp_path: Path):
    near, far = tmp_path / "near", tmp_path / "far"
    ends = [f"pty,raw,echo=0,link={path}" for path in (near, far)]
    async with make_device(ESPAT) as device, program(require("socat"), "-d", "-d", *ends, stderr=-1) as socat:
        while b"starting data transfer" not in await socat.stderr.readline():
            pass
        link = await open_link(str(far))
        device.attach(link)
        modem = await atmodem.connect(str(near), ESPAT)
        device.faults.set(espat.GMR, mute=True)
        async with modem.events() as events:
            socat.terminate()
            with pytest.raises(atmodem.LinkLost):
                async for _ in events:
                    pass
        with pytest.raises(atmodem.LinkLost):
            await modem.send(espat.GMR())
        await modem.aclose()
        await device.disconnect(link)
