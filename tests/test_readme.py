"""The README shows what runs."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from atmodem.api.virtual import serve_broker
from tests.sessions.far import HOST, free_port

ROOT = Path(__file__).parent.parent
SECTION = (ROOT / "README.md").read_text().partition("\n## Quick starts\n")[2].partition("\n## ")[0]
QUICK_STARTS = {path.stem: path.read_text() for path in sorted(ROOT.glob("examples/*.py"))}
SHOWN = [name for name, text in QUICK_STARTS.items() if f"```python\n{text}```" in SECTION]


@asynccontextmanager
async def nobody() -> AsyncIterator[int]:
    yield 0


@asynccontextmanager
async def page() -> AsyncIterator[int]:
    """Be a web server."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def visitor() -> AsyncIterator[int]:
    """Be a client of the program that is to run."""
    port = free_port()

    async def visit() -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
            except ConnectionError:
                await asyncio.sleep(0.02)
                continue
            writer.write(b"world")
            assert await reader.read() == b"hello world"
            writer.close()
            return

    visiting = asyncio.create_task(visit())
    yield port
    await visiting


#: Who is at the other end of each quick start, which port the program names for that, and what it prints.
FAR_ENDS: dict[str, tuple[Callable[[], AbstractAsyncContextManager[int]], str, str]] = {
    "command": (nobody, "", "SYSRAM:"),
    "fetch": (page, "8000", "200 OK"),
    "join": (nobody, "", "joined=True, ssid='lab'"),
    "publish": (serve_broker, "1883", "payload=b'21.5'"),
    "serve": (visitor, "8023", ""),
    "watch": (nobody, "", "WifiAddressAcquired"),
}


def test_every_program_in_the_section_is_an_example():
    assert len(SHOWN) == len(re.findall(r"^```python$", SECTION, re.MULTILINE))
    assert set(SHOWN) == FAR_ENDS.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_a_quick_start_has_ten_lines_at_most(name: str):
    assert len([line for line in QUICK_STARTS[name].splitlines() if line]) <= 10


@pytest.mark.asyncio
@pytest.mark.parametrize("name", SHOWN)
async def test_a_quick_start_does_what_it_shows(name: str):
    serve, port, shown = FAR_ENDS[name]
    async with serve() as actual:
        program = QUICK_STARTS[name].replace(port, str(actual)) if port else QUICK_STARTS[name]
        process = await asyncio.create_subprocess_exec(
            *("timeout", "40", sys.executable, "-W", "error", "-c", program),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await process.communicate()
    assert errors.decode() == ""
    assert shown in out.decode()
    assert process.returncode == 0


def test_every_link_in_the_documents_leads_somewhere():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    missing = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert missing == []
