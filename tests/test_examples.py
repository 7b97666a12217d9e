"""The examples that are longer than a quick start do what they say."""

import asyncio
import os
import ssl
import sys
from pathlib import Path

import pytest
import trustme

from atmodem import Capability, Support
from atmodem.dialects import find_dialect, names
from tests.sessions.broker import broker
from tests.sessions.contract.rig import driver_of
from tests.sessions.far import HOST
from tests.sessions.web import web_server

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parent.parent
NAME = "example.org"
CONNECTED = [name for name in names() if find_dialect(name).device and driver_of(name).sockets is not None]
FETCHING = [name for name in CONNECTED if driver_of(name).capabilities[Capability.HTTP] is not Support.NO]
CA = trustme.CA()
SERVER = CA.issue_cert(NAME)


async def run(folder: Path, example: str, port: int, dialect: str) -> str:
    """Run an example with a module of a family; return what it prints."""
    CA.cert_pem.write_to_path(folder / "ca.pem")
    text = (ROOT / "examples" / f"{example}.py").read_text()
    program = folder / f"{example}.py"
    program.write_text(
        text.replace("virtual://air602", f"virtual://{dialect}").replace("virtual://espat", f"virtual://{dialect}")
    )
    process = await asyncio.create_subprocess_exec(
        *("timeout", "40", sys.executable, "-W", "error", program, NAME, str(port)),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(folder / "ca.pem")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert errors.decode() == ""
    assert process.returncode == 0
    return out.decode()


@pytest.mark.parametrize("dialect", CONNECTED)
async def test_a_page_is_fetched_over_tls_of_this_host(tmp_path: Path, dialect: str):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET / HTTP/1.1\r\nHost: example.org\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nover TLS")
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(context)
    async with await asyncio.start_server(answer, HOST, 0, ssl=context) as server:
        out = await run(tmp_path, "https_request", server.sockets[0].getsockname()[1], dialect)
    assert out.startswith("HTTP/1.1 200 OK")
    assert out.endswith("over TLS")


@pytest.mark.parametrize("dialect", CONNECTED)
async def test_a_message_is_published_over_tls_of_this_host(tmp_path: Path, dialect: str):
    SERVER.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    SERVER.private_key_pem.write_to_path(tmp_path / "server.key")
    settings = f"certfile {tmp_path}/server.pem\nkeyfile {tmp_path}/server.key\nallow_anonymous true"
    async with broker(tmp_path, settings) as server:
        assert await run(tmp_path, "mqtts_publish", server.port, dialect) == "connected: True\npublished: True\n"
        assert server.count("Received PUBLISH from atmodem .*'lab/temperature'") == 1


@pytest.mark.parametrize("dialect", FETCHING)
async def test_a_page_is_fetched_by_the_client_of_the_module(tmp_path: Path, dialect: str):
    async with web_server() as server:
        server.pages["/"] = b"the page"
        out = await run(tmp_path, "module_http", server.port, dialect)
    assert out == "ok 8 bytes\nthe page"


async def test_heart_rates_come_from_a_wristband(tmp_path: Path):
    out = await run(tmp_path, "wristband", 0, "espat")
    assert out == "wristband: 71\nwristband: 72\nwristband: 74\n"
