"""Opening, closing, restarts, lost links."""

import asyncio

import anyio
import pytest
import pytest_asyncio

import atmodem
from atmodem.dialects import espat
from tests.modem.conftest import ESPAT
from tests.modem.peer import Peer

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def across_tasks(peer: Peer):
    """Opened in one task of the fixture and closed in another: no scope may span both."""
    modem = Modem_of(peer)
    await asyncio.create_task(modem.start())
    yield modem
    await asyncio.create_task(modem.aclose())


def Modem_of(peer: Peer) -> atmodem.Modem:  # noqa: N802 - reads like the class
    return atmodem.Modem(peer.link, ESPAT)


async def test_a_modem_opens_in_one_task_and_closes_in_another(across_tasks: atmodem.Modem, peer: Peer):
    peer.answers[b"AT"] = b"\r\nOK\r\n"
    await across_tasks.send(espat.AT())


async def test_opening_sets_the_module_up(modem: atmodem.Modem, peer: Peer):
    prelude, fence, *settings = peer.lines
    assert (prelude, fence) == (b"", b"AT+CIPMUX?")
    assert settings == [b"ATE0", b"AT+SYSSTORE=0", b"AT+SYSLOG=1", b"AT+CIPMUX?", b"AT+CIPCLOSE=5", b"AT+CIPDINFO=0"]


async def test_a_silent_module_is_told_and_the_link_is_closed(peer: Peer):
    peer.answers.clear()
    modem = Modem_of(peer)
    with anyio.fail_after(20), pytest.raises(atmodem.OutOfSync, match=r"does not answer.*check wiring"):
        await modem.start()
    assert modem.closed
    assert isinstance(peer.lost, atmodem.LinkLost)


async def test_a_cancelled_opening_leaves_nothing_open(peer: Peer):
    peer.answers.clear()
    modem = Modem_of(peer)
    opening = asyncio.create_task(modem.start())
    await peer.heard(b"")
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert modem.closed
    assert isinstance(peer.lost, atmodem.LinkLost)


async def test_commands_after_the_close_say_so(modem: atmodem.Modem):
    await modem.aclose()
    await modem.aclose()
    with pytest.raises(atmodem.SessionClosed, match="the modem is closed"):
        await modem.send(espat.AT())


async def test_the_close_fails_what_still_waits(modem: atmodem.Modem, peer: Peer):
    waiting = asyncio.create_task(modem.send_raw("AT+MUTE"))
    await peer.heard(b"AT+MUTE")
    await modem.aclose()
    with pytest.raises(atmodem.SessionClosed):
        await waiting


async def test_a_cancelled_close_closes_all_the_same(modem: atmodem.Modem, peer: Peer):
    closing = asyncio.create_task(modem.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    await modem.aclose()
    assert isinstance(peer.lost, atmodem.LinkLost)


async def test_a_lost_link_fails_what_waits_and_what_comes(modem: atmodem.Modem, peer: Peer):
    waiting = asyncio.create_task(modem.send_raw("AT+MUTE"))
    await peer.heard(b"AT+MUTE")
    await peer.hang_up()
    with pytest.raises(atmodem.LinkLost) as caught:
        await waiting
    assert isinstance(caught.value, anyio.BrokenResourceError)
    with pytest.raises(atmodem.LinkLost):
        await modem.send(espat.AT())


async def test_a_restart_fails_the_running_command_and_sets_the_module_up_again(modem: atmodem.Modem, peer: Peer):
    generation = modem.generation
    waiting = asyncio.create_task(modem.send_raw("AT+MUTE"))
    await peer.heard(b"AT+MUTE")
    async with modem.events(atmodem.ModuleRestarted, atmodem.ModuleReady) as events:
        peer.say(b"\r\nready\r\n")
        with pytest.raises(atmodem.ModuleReset, match="AT\\+MUTE: the module started anew"):
            await waiting
        assert await anext(events) == atmodem.ModuleRestarted()
        assert await anext(events) == atmodem.ModuleReady()
    assert modem.generation == generation + 1
    assert peer.lines.count(b"ATE0") == 2


async def test_a_command_sent_after_a_restart_waits_until_the_module_is_set_up(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CWMODE?"] = b"+CWMODE:1\r\n\r\nOK\r\n"
    async with modem.expect(atmodem.ModuleRestarted) as restarted:
        peer.say(b"\r\nready\r\n")
        await restarted.get()
    await modem.send(espat.CWMODE.query())
    assert peer.lines.index(b"AT+CWMODE?") > len(peer.lines) - 1 - peer.lines[::-1].index(b"ATE0")


async def test_an_idle_modem_has_no_timer(modem: atmodem.Modem):
    assert modem._engine._timer is None


async def test_the_repr_tells_dialect_link_and_state(modem: atmodem.Modem):
    assert repr(modem) == "<Modem espat on memory://, open>"
    await modem.aclose()
    assert repr(modem) == "<Modem espat on memory://, closed>"
