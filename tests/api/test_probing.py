"""Finding out which dialect a module speaks."""

import asyncio

import pytest

import atmodem
from atmodem.api.probing import probe
from atmodem.api.virtual import make_device, serve_pty
from atmodem.dialects import find_dialect, names
from atmodem.errors import LinkLost, OutOfSync
from tests.modem.peer import Peer

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_leaks")]

WITH_MODULE = [name for name in names() if find_dialect(name).device is not None]
for _name in WITH_MODULE:
    find_dialect(_name).device()


@pytest.mark.parametrize("name", WITH_MODULE)
async def test_a_module_on_a_pty_is_asked_for_its_dialect(name: str):
    dialect = find_dialect(name)
    async with make_device(dialect) as device, serve_pty(device) as path:
        # The second time the module is no longer as it was switched on.
        for _ in range(2):
            async with atmodem.connect(path) as modem:
                assert modem.dialect is dialect


async def test_a_module_that_answers_in_no_dialect_is_named_and_let_go():
    peer = Peer()
    peer.answers.clear()
    with pytest.raises(OutOfSync, match=r"answers in none of the dialects air602, espat, mxchip, simplelink.*or name"):
        await probe(peer.link)
    # The link is still the caller's.
    assert peer.lost is None
    await peer.link.aclose()
    await peer.hang_up()


async def test_what_the_module_says_while_it_is_asked_disturbs_nobody():
    peer = Peer()
    peer.say(b"\r\nready\r\nWIFI CONNECTED\r\n")
    dialect, link = await probe(peer.link)
    assert dialect.name == "espat"
    assert link.url == peer.link.url
    modem = atmodem.Modem(link, dialect)
    await modem.start()
    assert await modem.send_raw("AT+CIPMUX?") == ["+CIPMUX:1"]
    await modem.aclose()
    await peer.hang_up()


@pytest.mark.parametrize("lines", [0, 2])
async def test_a_line_that_breaks_while_the_module_is_asked_is_told(lines: int):
    peer = Peer()
    peer.answers.clear()
    probing = asyncio.create_task(probe(peer.link))
    while len(peer.raw.splitlines()) < lines:
        await asyncio.sleep(0.005)
    await peer.hang_up()
    with pytest.raises(LinkLost):
        await probing
    await peer.link.aclose()


async def test_a_line_that_breaks_between_asking_and_opening_fails_the_opening():
    peer = Peer()
    dialect, link = await probe(peer.link)
    await peer.hang_up()
    with pytest.raises(LinkLost):
        await atmodem.Modem(link, dialect).start()
